//! Addresses that keep their prefixes: what lay in one network still does, and nothing else of an address is told.
//!
//! The first part of an address is numbered by first occurrence; each bit behind it is turned or not, as its prefix was first met. A network's
//! zeros stay zeros, so `10.1.0.0/16` is a network afterwards, and holds what it held.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How the addresses of a session are mapped.
#[derive(Clone, Default)]
pub(crate) struct Networks {
    // Numbers of the first eight bits, where a network is wider than sixteen bits, of the first sixteen, and of the first 32 of IPv6.
    wide: BTreeMap<u32, u32>,
    halves: BTreeMap<u32, u32>,
    groups: BTreeMap<u32, u32>,
    // INVARIANT: a prefix has one answer, so prefixes stay prefixes and different addresses stay different.
    turned: BTreeMap<(u8, u8, u128), bool>,
}

/// The first byte of the placeholders of wide networks.
const WIDE: u32 = 241;
/// How many of them there are.
const WIDE_COUNT: u32 = 14;
/// How many pairs of first bytes have a placeholder: 198.18, 198.19, and 240.0 to 240.254. What is left is for single addresses.
const HALVES: u32 = 257;
/// How many first groups have a placeholder: `2001:db8`, and `3fff:1` to `3fff:ffe`.
const GROUPS: u32 = 0xfff;

impl Networks {
    /// The placeholder of `address`, if one is left. `network`: its zeros at the end stay.
    pub(crate) fn map(&mut self, address: IpAddr, network: bool) -> Option<IpAddr> {
        match address {
            IpAddr::V4(address) => {
                let bits = u32::from(address);
                let (top, from) = if let Some(number) = self.wide.get(&(bits >> 24)) {
                    ((WIDE + number) << 24, 8)
                } else {
                    let number = numbered(&mut self.halves, bits >> 16, HALVES)?;
                    (half(number) << 16, 16)
                };
                let network = network || bits & 255 == 0;
                let rest = self.bits(u128::from(bits) << 96, from, 32, network) >> 96;
                Some(Ipv4Addr::from(top | u32::try_from(rest).ok()?).into())
            }
            IpAddr::V6(address) => {
                let bits = u128::from(address);
                let first = u32::try_from(bits >> 96).ok()?;
                let number = numbered(&mut self.groups, first, GROUPS)?;
                let network = network || bits & 0xffff_ffff == 0;
                let rest = self.bits(bits, 32, 128, network);
                Some(Ipv6Addr::from(u128::from(group(number)) << 96 | rest).into())
            }
        }
    }

    /// The network `address`/`mask` will be met: it is to hold what it held.
    pub(crate) fn learn(&mut self, address: IpAddr, mask: u8) {
        if let IpAddr::V4(address) = address
            && (8..16).contains(&mask)
        {
            numbered(&mut self.wide, u32::from(address) >> 24, WIDE_COUNT);
        }
        self.map(address, true);
    }

    /// A mapping that was written down.
    pub(crate) fn relearn(&mut self, original: IpAddr, placeholder: IpAddr) {
        match (original, placeholder) {
            (IpAddr::V4(original), IpAddr::V4(placeholder)) => {
                let (original, placeholder) = (u32::from(original), u32::from(placeholder));
                let from = if placeholder >> 24 >= WIDE {
                    self.wide.insert(original >> 24, (placeholder >> 24) - WIDE);
                    8
                } else if let Some(number) = (0..HALVES).find(|n| half(*n) == placeholder >> 16) {
                    self.halves.insert(original >> 16, number);
                    16
                } else {
                    return;
                };
                let top = |bits: u32| u128::from(bits) << 96;
                self.remember(top(original), top(placeholder), from, 32);
            }
            (IpAddr::V6(original), IpAddr::V6(placeholder)) => {
                let (original, placeholder) = (u128::from(original), u128::from(placeholder));
                let Some(number) = (0..GROUPS).find(|n| u128::from(group(*n)) == placeholder >> 96)
                else {
                    return;
                };
                if let Ok(first) = u32::try_from(original >> 96) {
                    self.groups.insert(first, number);
                }
                self.remember(original, placeholder, 32, 128);
            }
            _ => {}
        }
    }

    /// The bits of `address` from `from` to `width`, each turned or not.
    fn bits(&mut self, address: u128, from: u8, width: u8, network: bool) -> u128 {
        let mut mapped = 0;
        for at in from..width {
            let rest = address << at;
            let bit = rest >> 127 == 1;
            let turned = *self
                .turned
                .entry((width, at, address & !(u128::MAX >> at)))
                // Met first, a bit becomes 0, the last one 1.
                .or_insert(!(network && rest == 0) && bit != (at + 1 == width));
            mapped |= u128::from(bit != turned) << (127 - at);
        }
        mapped
    }

    fn remember(&mut self, original: u128, placeholder: u128, from: u8, width: u8) {
        for at in from..width {
            let prefix = original & !(u128::MAX >> at);
            let turned = (original ^ placeholder) << at >> 127 == 1;
            self.turned.insert((width, at, prefix), turned);
        }
    }
}

/// The number of `value`, or the next one below `limit`.
fn numbered(numbers: &mut BTreeMap<u32, u32>, value: u32, limit: u32) -> Option<u32> {
    if let Some(number) = numbers.get(&value) {
        return Some(*number);
    }
    let next = numbers.values().max().map_or(0, |last| last + 1);
    (next < limit).then(|| {
        numbers.insert(value, next);
        next
    })
}

const fn half(number: u32) -> u32 {
    match number {
        0 | 1 => 198 << 8 | (18 + number),
        _ => 240 << 8 | (number - 2),
    }
}

const fn group(number: u32) -> u32 {
    match number {
        0 => 0x2001_0db8,
        _ => 0x3fff_0000 | number,
    }
}

/// Whether an address is one of the placeholders' ranges: nobody's.
pub(crate) fn is_fake(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            first == 198 && matches!(second, 18 | 19) || (240..=254).contains(&first)
        }
        IpAddr::V6(address) => {
            let [first, second, ..] = address.segments();
            first == 0x2001 && second == 0xdb8 || first == 0x3fff
        }
    }
}
