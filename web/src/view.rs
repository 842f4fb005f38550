//! The page's elements, in builder syntax: `div().class("card").child("text")`.
//!
//! Leptos gives the signals, the effects and the mounting. Its own elements are a type of their own for each combination of attributes and children,
//! and the code that builds each is a part of what a person downloads: 120 KB (brotli) for this page. Here every element is one type, so that code
//! is there once.
//!
//! A node that takes the place of an earlier one changes only what differs, so focus, selection and scrolling stay. Text becomes text nodes and
//! attribute values; there is no way to write markup.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{Mountable, Render, RenderEffect, document};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::Event;

/// Something on the page.
pub(crate) enum Node {
    /// An empty place.
    Nothing,
    /// Text.
    Text(Cow<'static, str>),
    /// An element.
    Element(Box<Element>),
    /// Several nodes after each other.
    Several(Vec<Node>),
    /// What the function returns, again whenever a signal that it read has changed.
    Live(Box<dyn FnMut() -> Node>),
}

/// An element that is to be there.
pub(crate) struct Element {
    namespace: &'static str,
    tag: &'static str,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    value: Option<String>,
    listeners: Vec<(&'static str, Listener)>,
    children: Children,
}

type Listener = Box<dyn FnMut(Event)>;
/// What the browser calls; it calls the listener.
type Heard = Closure<dyn Fn(Event)>;

enum Children {
    Now(Vec<Node>),
    /// Made only when the key is another one than before.
    Keyed(u64, Box<dyn FnOnce() -> Vec<Node>>),
}

/// What `make` returns, again whenever a signal that it read has changed.
pub(crate) fn live<N: Into<Node>>(mut make: impl FnMut() -> N + 'static) -> Node {
    Node::Live(Box::new(move || make().into()))
}

macro_rules! elements {
    ($($name:ident)*) => {
        $(pub(crate) fn $name() -> Element {
            Element::new(stringify!($name))
        })*
    };
}

elements! {
    b code dd details div dl dt h2 h3 i iframe input label li mark option p pre section select span strong summary table tbody td textarea th tr ul
}

/// A button that submits nothing.
pub(crate) fn button() -> Element {
    Element::new("button").attr("type", "button")
}

/// An element that has no function of its own here.
pub(crate) fn element(tag: &'static str) -> Element {
    Element::new(tag)
}

/// An element of a picture: `svg`, `g`, `rect`, `path`, `text`.
pub(crate) fn drawn(tag: &'static str) -> Element {
    Element {
        namespace: "http://www.w3.org/2000/svg",
        ..Element::new(tag)
    }
}

impl Element {
    fn new(tag: &'static str) -> Self {
        Self {
            namespace: "http://www.w3.org/1999/xhtml",
            tag,
            attributes: Vec::new(),
            value: None,
            listeners: Vec::new(),
            children: Children::Now(Vec::new()),
        }
    }

    /// Set an attribute; an empty place in an `Option` leaves it away.
    pub(crate) fn attr(mut self, name: &'static str, value: impl Attribute) -> Self {
        if let Some(value) = value.value() {
            self.attributes.push((name, value));
        }
        self
    }

    /// Set the class.
    pub(crate) fn class(self, value: impl Attribute) -> Self {
        self.attr("class", value)
    }

    /// Set the name by which tests find it; see INTERFACE.md, "The page's handles".
    pub(crate) fn test_id(self, value: impl Attribute) -> Self {
        self.attr("data-testid", value)
    }

    /// Set what an input or select holds.
    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Call `heard` on an event.
    pub(crate) fn on(mut self, event: &'static str, heard: impl FnMut(Event) + 'static) -> Self {
        self.listeners.push((event, Box::new(heard)));
        self
    }

    /// Add a child.
    pub(crate) fn child(mut self, child: impl Into<Node>) -> Self {
        if let Children::Now(children) = &mut self.children {
            children.push(child.into());
        }
        self
    }

    /// Give it the children that `make` returns; while `key` is the same they are taken to be the same.
    pub(crate) fn keyed(mut self, key: u64, make: impl FnOnce() -> Vec<Node> + 'static) -> Self {
        self.children = Children::Keyed(key, Box::new(make));
        self
    }
}

/// What can be the value of an attribute.
pub(crate) trait Attribute {
    /// The value, or that the attribute is not there.
    fn value(self) -> Option<Cow<'static, str>>;
}

impl Attribute for &'static str {
    fn value(self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(self))
    }
}

impl Attribute for String {
    fn value(self) -> Option<Cow<'static, str>> {
        Some(Cow::Owned(self))
    }
}

/// There, or not.
impl Attribute for bool {
    fn value(self) -> Option<Cow<'static, str>> {
        self.then_some(Cow::Borrowed(""))
    }
}

impl<T: Attribute> Attribute for Option<T> {
    fn value(self) -> Option<Cow<'static, str>> {
        self.and_then(Attribute::value)
    }
}

impl From<()> for Node {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<&'static str> for Node {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Self::Element(Box::new(element))
    }
}

impl From<Vec<Node>> for Node {
    fn from(nodes: Vec<Node>) -> Self {
        Self::Several(nodes)
    }
}

impl<const N: usize> From<[Node; N]> for Node {
    fn from(nodes: [Node; N]) -> Self {
        Self::Several(nodes.into())
    }
}

impl<T: Into<Node>> From<Option<T>> for Node {
    fn from(node: Option<T>) -> Self {
        node.map_or(Self::Nothing, Into::into)
    }
}

/// A node that is on the page.
pub(crate) enum Built {
    Nothing(web_sys::Node),
    Text(web_sys::Node, Cow<'static, str>),
    Element(Box<BuiltElement>),
    /// The comment stands behind the last one, so that there is always a place.
    Several(Vec<Built>, web_sys::Node),
    Live(Rc<RefCell<Option<Built>>>, Option<RenderEffect<()>>),
}

/// An element that is on the page, with what it was made from.
pub(crate) struct BuiltElement {
    element: web_sys::Element,
    tag: &'static str,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    listeners: Vec<(&'static str, Rc<RefCell<Listener>>, Heard)>,
    key: Option<u64>,
    children: Vec<Built>,
}

fn comment() -> web_sys::Node {
    document().create_comment("").into()
}

impl Render for Node {
    type State = Built;

    fn build(self) -> Built {
        match self {
            Self::Nothing => Built::Nothing(comment()),
            Self::Text(text) => Built::Text(document().create_text_node(&text).into(), text),
            Self::Element(element) => match element.build() {
                Some(element) => Built::Element(Box::new(element)),
                None => Built::Nothing(comment()),
            },
            Self::Several(nodes) => {
                Built::Several(nodes.into_iter().map(Render::build).collect(), comment())
            }
            Self::Live(make) => {
                let place = Rc::new(RefCell::new(None));
                let effect = follow(make, &place);
                Built::Live(place, Some(effect))
            }
        }
    }

    fn rebuild(self, built: &mut Built) {
        match (self, &mut *built) {
            (Self::Nothing, Built::Nothing(_)) => {}
            (Self::Text(text), Built::Text(node, before)) => {
                if text != *before {
                    node.set_text_content(Some(&text));
                    *before = text;
                }
            }
            (Self::Element(element), Built::Element(before)) if element.fits(before) => {
                element.rebuild(before);
            }
            (Self::Several(nodes), Built::Several(before, end)) => {
                rebuild_all(nodes, before, |node| {
                    if let Some(parent) = end.parent_element() {
                        node.mount(&parent, Some(end));
                    }
                });
            }
            (Self::Live(make), Built::Live(place, effect)) => {
                // The old function stops before the new one takes its place on the page.
                *effect = None;
                *effect = Some(follow(make, place));
            }
            (node, _) => {
                let mut new = node.build();
                built.insert_before_this(&mut new);
                built.unmount();
                *built = new;
            }
        }
    }
}

fn follow(
    mut make: Box<dyn FnMut() -> Node>,
    place: &Rc<RefCell<Option<Built>>>,
) -> RenderEffect<()> {
    let place = Rc::clone(place);
    RenderEffect::new(move |_| {
        let node = make();
        let mut place = place.borrow_mut();
        match place.as_mut() {
            Some(built) => node.rebuild(built),
            None => *place = Some(node.build()),
        }
    })
}

fn rebuild_all(nodes: Vec<Node>, built: &mut Vec<Built>, add: impl Fn(&mut Built)) {
    for mut rest in built.drain(nodes.len().min(built.len())..) {
        rest.unmount();
    }
    let mut nodes = nodes.into_iter();
    for (before, node) in built.iter_mut().zip(nodes.by_ref()) {
        node.rebuild(before);
    }
    for node in nodes {
        let mut new = node.build();
        add(&mut new);
        built.push(new);
    }
}

impl Element {
    fn build(self) -> Option<BuiltElement> {
        let element = document()
            .create_element_ns(Some(self.namespace), self.tag)
            .ok()?;
        for (name, value) in &self.attributes {
            let _ = element.set_attribute(name, value);
        }
        let mut built = BuiltElement {
            element,
            tag: self.tag,
            attributes: self.attributes,
            listeners: Vec::new(),
            key: None,
            children: Vec::new(),
        };
        for (event, heard) in self.listeners {
            built.listen(event, heard);
        }
        built.fill(self.children);
        built.hold(self.value);
        Some(built)
    }

    /// Whether the element on the page can become this one.
    fn fits(&self, built: &BuiltElement) -> bool {
        let events = built.listeners.iter().map(|(event, ..)| event);
        self.tag == built.tag && self.listeners.iter().map(|(event, _)| event).eq(events)
    }

    fn rebuild(self, built: &mut BuiltElement) {
        for (name, value) in &self.attributes {
            let same = built
                .attributes
                .iter()
                .any(|(before, old)| before == name && old == value);
            if !same {
                let _ = built.element.set_attribute(name, value);
            }
        }
        for (name, _) in &built.attributes {
            if !self.attributes.iter().any(|(now, _)| now == name) {
                let _ = built.element.remove_attribute(name);
            }
        }
        built.attributes = self.attributes;
        for ((_, heard), (_, slot, _)) in self.listeners.into_iter().zip(&built.listeners) {
            if let Ok(mut slot) = slot.try_borrow_mut() {
                *slot = heard;
            }
        }
        built.fill(self.children);
        built.hold(self.value);
    }
}

impl BuiltElement {
    fn listen(&mut self, event: &'static str, heard: Listener) {
        let heard = Rc::new(RefCell::new(heard));
        let called = Rc::clone(&heard);
        let closure = Closure::<dyn Fn(Event)>::new(move |event| {
            if let Ok(mut heard) = called.try_borrow_mut() {
                heard(event);
            }
        });
        let _ = self
            .element
            .add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        self.listeners.push((event, heard, closure));
    }

    fn fill(&mut self, children: Children) {
        let children = match children {
            Children::Now(children) => children,
            Children::Keyed(key, _) if self.key == Some(key) => return,
            Children::Keyed(key, make) => {
                self.key = Some(key);
                make()
            }
        };
        let element = &self.element;
        rebuild_all(children, &mut self.children, |child| {
            child.mount(element, None);
        });
    }

    /// The value is a property: the attribute is only what it begins with.
    fn hold(&self, value: Option<String>) {
        let Some(value) = value else { return };
        let name = JsValue::from_str("value");
        let now = js_sys::Reflect::get(&self.element, &name).ok();
        if now.and_then(|now| now.as_string()).as_deref() != Some(&value) {
            let _ = js_sys::Reflect::set(&self.element, &name, &JsValue::from_str(&value));
        }
    }
}

fn put(parent: &web_sys::Element, node: &web_sys::Node, before: Option<&web_sys::Node>) {
    let _ = parent.insert_before(node, before);
}

fn take_away(node: &web_sys::Node) {
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
}

impl Mountable for Built {
    fn unmount(&mut self) {
        match self {
            Self::Nothing(node) | Self::Text(node, _) => take_away(node),
            Self::Element(built) => take_away(&built.element),
            Self::Several(all, end) => {
                for built in all {
                    built.unmount();
                }
                take_away(end);
            }
            Self::Live(place, _) => {
                if let Some(built) = place.borrow_mut().as_mut() {
                    built.unmount();
                }
            }
        }
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        match self {
            Self::Nothing(node) | Self::Text(node, _) => put(parent, node, marker),
            Self::Element(built) => put(parent, &built.element, marker),
            Self::Several(all, end) => {
                for built in all {
                    built.mount(parent, marker);
                }
                put(parent, end, marker);
            }
            Self::Live(place, _) => {
                if let Some(built) = place.borrow_mut().as_mut() {
                    built.mount(parent, marker);
                }
            }
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let before = |node: &web_sys::Node, child: &mut dyn Mountable| match node.parent_element() {
            Some(parent) => {
                child.mount(&parent, Some(node));
                true
            }
            None => false,
        };
        match self {
            Self::Nothing(node) | Self::Text(node, _) => before(node, child),
            Self::Element(built) => before(&built.element, child),
            Self::Several(all, end) => match all.first() {
                Some(first) => first.insert_before_this(child),
                None => before(end, child),
            },
            Self::Live(place, _) => place
                .borrow()
                .as_ref()
                .is_some_and(|built| built.insert_before_this(child)),
        }
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        match self {
            Self::Nothing(_) | Self::Text(..) => Vec::new(),
            Self::Element(built) => vec![built.element.clone()],
            Self::Several(all, _) => all.iter().flat_map(Self::elements).collect(),
            Self::Live(place, _) => place
                .borrow()
                .as_ref()
                .map(Self::elements)
                .unwrap_or_default(),
        }
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
#[expect(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use leptos::mount::mount_to_renderer;
    use leptos::prelude::{Get as _, RwSignal, Set as _};
    use leptos::task::tick;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    fn place() -> web_sys::Element {
        let place = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&place).unwrap();
        place
    }

    #[wasm_bindgen_test]
    async fn markup_is_text() {
        let place = place();
        mount_to_renderer(&place, || {
            Node::from(
                p().attr("title", "\"><img>".to_owned())
                    .child("<img src=x>"),
            )
        })
        .forget();
        assert_eq!(place.text_content().as_deref(), Some("<img src=x>"));
        assert!(place.query_selector("img").unwrap().is_none());
    }

    #[wasm_bindgen_test]
    async fn an_element_that_changes_stays_the_same_element() {
        let place = place();
        let number = RwSignal::new(1);
        mount_to_renderer(&place, move || {
            live(move || {
                let now = number.get();
                let items: Vec<Node> = (0..now)
                    .map(|at: i32| li().child(at.to_string()).into())
                    .collect();
                let last = (now > 1).then(|| b().child("more"));
                let name = if now > 1 { "many" } else { "one" };
                [
                    ul().class(name).attr("hidden", now > 2).child(items).into(),
                    last.into(),
                ]
            })
        })
        .forget();
        let list = || place.query_selector("ul").unwrap().unwrap();
        let first = list();
        assert_eq!(place.text_content().as_deref(), Some("0"));
        for (next, text) in [(3, "012more"), (2, "01more"), (1, "0")] {
            number.set(next);
            tick().await;
            assert_eq!(place.text_content().as_deref(), Some(text));
            assert_eq!(list().has_attribute("hidden"), next > 2);
            assert!(list().is_same_node(Some(&first)));
        }
        assert_eq!(first.class_name(), "one");
    }

    #[wasm_bindgen_test]
    async fn a_listener_is_the_newest_one_and_keyed_children_are_made_once() {
        let place = place();
        let given = RwSignal::new(1);
        let heard = RwSignal::new(0);
        let made = RwSignal::new(0);
        mount_to_renderer(&place, move || {
            live(move || {
                let now = given.get();
                button()
                    .on("click", move |_| heard.set(now))
                    .keyed(7, move || {
                        made.set(now);
                        vec!["press".into()]
                    })
            })
        })
        .forget();
        given.set(2);
        tick().await;
        let button = place.query_selector("button").unwrap().unwrap();
        button.dyn_into::<web_sys::HtmlElement>().unwrap().click();
        assert_eq!((heard.get(), made.get()), (2, 1));
    }
}
