//! The PBF form, block by block.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kernel::{LonLat, UnixSeconds};
use osmpbf::{BlobDecode, BlobReader, Element, PrimitiveBlock, RelMemberType};

use super::source::{Member, Sink};
use super::{Limits, OsmError};

/// The features that a reader must know, and does.
const FEATURES: &[&str] = &["OsmSchema-V0.6", "DenseNodes", "HistoricalInformation"];

pub(super) fn read(bytes: &[u8], sink: &mut dyn Sink, limits: &Limits) -> Result<(), OsmError> {
    let mut blobs = BlobReader::new_seekable(Cursor::new(bytes))
        .map_err(|error| damaged(0, 0, &error.to_string()))?;
    let (mut number, mut start) = (0, 0_u64);
    loop {
        let end = match end_of_block(bytes, start) {
            Some(end) => end,
            None if start == bytes.len() as u64 => return Ok(()),
            None => {
                let after = format!("{number} whole blocks");
                return Err(OsmError::Truncated { offset: start, after });
            }
        };
        let blob = match blobs.next() {
            Some(Ok(blob)) => blob,
            Some(Err(error)) => return Err(damaged(number, start, &error.to_string())),
            None => return Err(damaged(number, start, "no block where one begins")),
        };
        // The decoder adds differences without asking whether they fit, so a damaged block can
        // make it panic; that ends the block and not the program.
        let taken = catch_unwind(AssertUnwindSafe(|| -> Result<(), OsmError> {
            match blob.decode().map_err(|error| damaged(number, start, &error.to_string()))? {
                BlobDecode::OsmHeader(header) => {
                    let at = header.osmosis_replication_timestamp();
                    changed(sink, at.and_then(|seconds| seconds.checked_mul(1000)));
                    let known = |name: &&String| FEATURES.contains(&name.as_str());
                    match header.required_features().iter().find(|name| !known(name)) {
                        None => Ok(()),
                        Some(name) => Err(OsmError::Feature(name.chars().take(80).collect())),
                    }
                }
                BlobDecode::OsmData(block) => take(&block, sink, limits),
                BlobDecode::Unknown(_) => Ok(()),
            }
        }));
        taken.unwrap_or_else(|_| Err(damaged(number, start, "numbers that cannot be")))?;
        number += 1;
        start = end;
    }
}

/// Where the block that begins at `start` ends, if it is wholly there.
///
/// A block is a length in four bytes, a header of that length, and data as long as the header's
/// field 3 says. Source: OpenStreetMap wiki, PBF format, file format.
fn end_of_block(bytes: &[u8], start: u64) -> Option<u64> {
    let rest = &bytes[usize::try_from(start).ok()?..];
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let header = rest.get(..length)?;
    let size = data_size(header)?;
    let end = start.checked_add(4 + length as u64)?.checked_add(size)?;
    (end <= bytes.len() as u64).then_some(end)
}

/// Field 3 of a block header.
fn data_size(mut header: &[u8]) -> Option<u64> {
    while !header.is_empty() {
        let key = varint(&mut header)?;
        match key & 7 {
            0 => {
                let value = varint(&mut header)?;
                if key >> 3 == 3 {
                    return Some(value);
                }
            }
            2 => {
                let length = usize::try_from(varint(&mut header)?).ok()?;
                header = header.get(length..)?;
            }
            _ => return None,
        }
    }
    None
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn damaged(number: usize, offset: u64, reason: &str) -> OsmError {
    OsmError::Block { number, offset, reason: reason.chars().take(200).collect() }
}

fn position(nano_lon: i64, nano_lat: i64) -> Option<LonLat> {
    // Nine decimals become seven; ties go away from zero, as everywhere.
    let round = |nano: i64| (nano + if nano < 0 { -50 } else { 50 }) / 100;
    if !(-180_000_000_000..=180_000_000_000).contains(&nano_lon)
        || !(-90_000_000_000..=90_000_000_000).contains(&nano_lat)
    {
        return None;
    }
    let (lon, lat) = (round(nano_lon), round(nano_lat));
    Some(LonLat { lon_e7: i32::try_from(lon).ok()?, lat_e7: i32::try_from(lat).ok()? })
}

/// A file without histories may say the beginning of 1970 of everything: that is no date.
fn changed(sink: &mut dyn Sink, milli: Option<i64>) {
    if let Some(milli) = milli.filter(|milli| *milli > 0) {
        sink.changed(UnixSeconds(milli / 1000));
    }
}

fn take(block: &PrimitiveBlock, sink: &mut dyn Sink, limits: &Limits) -> Result<(), OsmError> {
    let too_many = |what| OsmError::TooLarge { what, limit: limits.members };
    for element in block.elements() {
        match element {
            Element::Node(node) => {
                changed(sink, node.info().milli_timestamp());
                let tags: Vec<_> = node.tags().collect();
                sink.node(node.id(), position(node.nano_lon(), node.nano_lat()), &tags)?;
            }
            Element::DenseNode(node) => {
                changed(sink, node.info().map(|info| info.milli_timestamp()));
                let tags: Vec<_> = node.tags().collect();
                sink.node(node.id(), position(node.nano_lon(), node.nano_lat()), &tags)?;
            }
            Element::Way(way) => {
                changed(sink, way.info().milli_timestamp());
                if way.raw_refs().len() as u64 > limits.members {
                    return Err(too_many("nodes of one way"));
                }
                let nodes: Vec<i64> = way.refs().collect();
                let tags: Vec<_> = way.tags().collect();
                sink.way(way.id(), &nodes, &tags)?;
            }
            Element::Relation(relation) => {
                changed(sink, relation.info().milli_timestamp());
                if relation.members().len() as u64 > limits.members {
                    return Err(too_many("members of one relation"));
                }
                let ways: Vec<Member<'_>> = relation
                    .members()
                    .filter(|member| member.member_type == RelMemberType::Way)
                    .map(|member| Member {
                        way: member.member_id,
                        role: member.role().unwrap_or_default(),
                    })
                    .collect();
                let tags: Vec<_> = relation.tags().collect();
                sink.relation(relation.id(), &ways, &tags)?;
            }
        }
    }
    Ok(())
}
