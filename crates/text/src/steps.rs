use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Pending once, for whoever polls has other things to do meanwhile; it waits for nothing and wakes nobody.
pub async fn rest() {
    let mut rested = false;
    poll_fn(|_| {
        if std::mem::replace(&mut rested, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// Work that only ever [`rest`]s, done without resting. Work that waits for something else would never end.
pub fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
}
