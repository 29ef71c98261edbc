//! Features into the bytes of a tile.

use mvt::{Feature, GeomEncoder, GeomType, Layer, Tile};

use super::clip::{self, Point};
use super::content;
use super::grid::TileAt;
use super::{MapSource, code_name};
use crate::error::DatasetError;

/// The strongest thinning: main roads, water, borders and names only.
pub(super) const BARE: u32 = 99;

/// A value of a feature.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tag<'a> {
    Text(&'static str, Option<&'a str>),
    Int(&'static str, Option<i64>),
    /// A code of the catalogue, by layer, column and number.
    Code(&'static str, &'static str, Option<i32>),
}

/// The tile being drawn.
pub(super) struct Canvas {
    pub(super) at: TileAt,
    /// 0: everything that belongs on this zoom; higher: less.
    pub(super) thinning: u32,
    tile: Tile,
    layer: Option<Layer>,
    features: usize,
}

pub(super) fn tile(source: &MapSource, at: TileAt, thinning: u32) -> Result<Vec<u8>, DatasetError> {
    let mut canvas = Canvas { at, thinning, tile: Tile::new(4096), layer: None, features: 0 };
    content::draw(source, &mut canvas)?;
    if canvas.features == 0 {
        return Ok(Vec::new());
    }
    canvas.tile.to_bytes().map_err(|e| failed(&e))
}

fn failed(error: &mvt::Error) -> DatasetError {
    DatasetError::Tile(error.to_string())
}

impl Canvas {
    /// Units of the tile that count for nothing when lines are made simpler; a pixel has 8.
    pub(super) fn tolerance(&self) -> f64 {
        let own = if self.at.z >= 14 { 2.0 } else { 5.0 };
        own * f64::from(1 + self.thinning.min(8))
    }

    /// Begins a layer of the tile.
    pub(super) fn begin(&mut self, name: &str) {
        self.layer = Some(self.tile.create_layer(name));
    }

    /// Ends the layer; one without features is left out.
    pub(super) fn end(&mut self) -> Result<(), DatasetError> {
        match self.layer.take() {
            Some(layer) if layer.num_features() > 0 => {
                self.features += layer.num_features();
                self.tile.add_layer(layer).map_err(|e| failed(&e))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn place(&self, list: &[i32]) -> Vec<Point> {
        list.chunks_exact(2).map(|p| self.at.place(p[0], p[1])).collect()
    }

    /// Adds a point that lies in the tile proper (names are not drawn twice).
    pub(super) fn point(&mut self, lon: i32, lat: i32, tags: &[Tag]) -> Result<(), DatasetError> {
        let (x, y) = self.at.place(lon, lat);
        let is_in = |v: f64| (0.0..4096.0).contains(&v);
        if !is_in(x) || !is_in(y) {
            return Ok(());
        }
        let mut encoder = GeomEncoder::<i32>::new(GeomType::Point);
        let (x, y) = round((x, y));
        encoder.add_point(x, y).map_err(|e| failed(&e))?;
        self.add(encoder, tags)
    }

    /// Adds a line, cut to the tile and simplified.
    pub(super) fn line(&mut self, list: &[i32], tags: &[Tag]) -> Result<(), DatasetError> {
        let points = self.place(list);
        let mut encoder = GeomEncoder::<i32>::new(GeomType::Linestring);
        let (mut any, mut end) = (false, None);
        for part in clip::line(&points) {
            let part = whole(&clip::simpler(&part, self.tolerance()));
            // A part that begins where the last one ended would be joined to it by the encoder.
            let skip = usize::from(end == part.first().copied());
            if part.len() < 2 + skip {
                continue;
            }
            for (x, y) in &part[skip..] {
                encoder.add_point(*x, *y).map_err(|e| failed(&e))?;
            }
            encoder.complete_geom().map_err(|e| failed(&e))?;
            (any, end) = (true, part.last().copied());
        }
        if any { self.add(encoder, tags) } else { Ok(()) }
    }

    /// Adds an area (rings as in [`crate::rings`]) unless it is smaller than `least` square units.
    pub(super) fn area(
        &mut self,
        list: &[i32],
        least: i64,
        tags: &[Tag],
    ) -> Result<(), DatasetError> {
        let tolerance = self.tolerance();
        let mut rings: Vec<Vec<(i32, i32)>> = Vec::new();
        for ring in crate::rings(list) {
            let cut = clip::ring(&self.place(ring));
            if cut.len() < 3 {
                continue;
            }
            // Simplified as an open line from its first point back to it.
            let closed: Vec<Point> = cut.iter().chain(cut.first()).copied().collect();
            let mut ring = whole(&clip::simpler(&closed, tolerance));
            if ring.first() == ring.last() {
                ring.pop();
            }
            if ring.len() >= 3 && clip::area2(&ring).abs() / 2 > least {
                rings.push(ring);
            }
        }
        let mut encoder = GeomEncoder::<i32>::new(GeomType::Polygon);
        let mut last = None;
        for mut ring in nested(rings) {
            if last == ring.first().copied() {
                ring.rotate_left(1);
            }
            for (x, y) in &ring {
                encoder.add_point(*x, *y).map_err(|e| failed(&e))?;
            }
            encoder.complete_geom().map_err(|e| failed(&e))?;
            last = ring.last().copied();
        }
        if last.is_some() { self.add(encoder, tags) } else { Ok(()) }
    }

    fn add(&mut self, encoder: GeomEncoder<i32>, tags: &[Tag]) -> Result<(), DatasetError> {
        let geometry = encoder.encode().map_err(|e| failed(&e))?;
        let Some(layer) = self.layer.take() else { return Ok(()) };
        let mut feature: Feature = layer.into_feature(geometry);
        for tag in tags {
            match tag {
                Tag::Text(key, Some(text)) => feature.add_tag_string(key, text),
                Tag::Int(key, Some(number)) => feature.add_tag_int(key, *number),
                Tag::Code(layer, column, Some(code)) => {
                    if let Some(name) = code_name(layer, column, *code) {
                        feature.add_tag_string(column, name);
                    }
                }
                _ => {}
            }
        }
        self.layer = Some(feature.into_layer());
        Ok(())
    }
}

fn round((x, y): Point) -> (i32, i32) {
    let near = |v: f64| libm::floor(v + 0.5) as i32;
    (near(x), near(y))
}

/// Whole units, without points that fall together.
fn whole(points: &[Point]) -> Vec<(i32, i32)> {
    let mut out: Vec<(i32, i32)> = points.iter().map(|p| round(*p)).collect();
    out.dedup();
    out
}

/// Rings in the order and direction that tiles need: each outer one clockwise, its holes after it.
fn nested(rings: Vec<Vec<(i32, i32)>>) -> Vec<Vec<(i32, i32)>> {
    if rings.len() == 1 {
        return rings.into_iter().map(|r| turned(r, true)).collect();
    }
    let holder = |i: usize| -> Vec<usize> {
        (0..rings.len()).filter(|k| *k != i && clip::is_inside(rings[i][0], &rings[*k])).collect()
    };
    let holders: Vec<Vec<usize>> = (0..rings.len()).map(holder).collect();
    let mut out = Vec::with_capacity(rings.len());
    for (i, ring) in rings.iter().enumerate() {
        if holders[i].len() % 2 == 1 {
            continue;
        }
        out.push(turned(ring.clone(), true));
        for (k, hole) in rings.iter().enumerate() {
            if holders[k].len() == holders[i].len() + 1 && holders[k].contains(&i) {
                out.push(turned(hole.clone(), false));
            }
        }
    }
    out
}

fn turned(mut ring: Vec<(i32, i32)>, clockwise: bool) -> Vec<(i32, i32)> {
    if (clip::area2(&ring) > 0) != clockwise {
        ring.reverse();
    }
    ring
}
