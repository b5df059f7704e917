//! Figures as PNG and PDF, for papers and slides: the same drawing as the SVG, set in a font that the
//! program carries.

use std::sync::{Arc, LazyLock};

use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};
use thiserror::Error;

use super::{Drawing, SvgOptions};

/// User units of a figure in an inch, as CSS has them.
const UNITS: f32 = 96.0;
/// Points of a page in an inch.
const POINTS: f32 = 72.0;
/// The most pixels that a picture may have.
const MOST_PIXELS: u64 = 400_000_000;

/// Why a figure cannot be printed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PrintError {
    /// The figure cannot be read back.
    #[error("the figure cannot be read as SVG")]
    Svg(#[from] resvg::usvg::Error),
    /// So many pixels do not fit.
    #[error("the picture would have more than {MOST_PIXELS} pixels: ask for fewer dots per inch")]
    Large,
    /// PNG cannot hold it.
    #[error("the picture cannot be written")]
    Png(#[from] png::EncodingError),
    /// PDF cannot hold it.
    #[error("the page cannot be written: {0}")]
    Pdf(String),
}

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in [
        &include_bytes!("../fonts/Roboto-Regular.ttf")[..],
        &include_bytes!("../fonts/Roboto-Bold.ttf")[..],
    ] {
        fonts.load_font_data(font.to_vec());
    }
    Arc::new(fonts)
});

fn tree(drawing: &Drawing) -> Result<Tree, PrintError> {
    let options = Options {
        font_family: "Roboto".to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..Options::default()
    };
    Ok(Tree::from_str(
        &drawing.svg(&SvgOptions::default()),
        &options,
    )?)
}

/// A figure as a PNG of `dpi` dots per inch, which the file says.
///
/// # Errors
/// The picture would be too large.
pub fn png(drawing: &Drawing, dpi: u16) -> Result<Vec<u8>, PrintError> {
    let tree = tree(drawing)?;
    let scale = f32::from(dpi) / UNITS;
    let size = tree.size().to_int_size().scale_by(scale);
    let size = size.ok_or(PrintError::Large)?;
    if u64::from(size.width()) * u64::from(size.height()) > MOST_PIXELS {
        return Err(PrintError::Large);
    }
    let picture = Pixmap::new(size.width(), size.height());
    let mut picture = picture.ok_or(PrintError::Large)?;
    // Rounding up leaves a rim that the figure does not cover.
    picture.fill(Color::WHITE);
    let transform = Transform::from_scale(scale, scale);
    resvg::render(&tree, transform, &mut picture.as_mut());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_meter = (u32::from(dpi) * 10_000 + 127) / 254;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_meter,
        yppu: per_meter,
        unit: png::Unit::Meter,
    }));
    // On a white ground nothing shines through.
    let colours: Vec<u8> = picture
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colours)?;
    writer.finish()?;
    Ok(file)
}

/// A figure as a PDF of one page in its own size, with text that can be selected. `creator` is the
/// program that the file names.
///
/// # Errors
/// The page cannot be written.
pub fn pdf(drawing: &Drawing, creator: &str) -> Result<Vec<u8>, PrintError> {
    let tree = tree(drawing)?;
    let points = |units: f32| units * POINTS / UNITS;
    let (width, height) = (points(tree.size().width()), points(tree.size().height()));
    let pdf = |what: &str| PrintError::Pdf(what.to_owned());
    let size = Size::from_wh(width, height).ok_or_else(|| pdf("it has no size"))?;
    let settings = PageSettings::from_wh(width, height).ok_or_else(|| pdf("it has no size"))?;
    let mut document = krilla::Document::new();
    document.set_metadata(
        Metadata::new()
            .title(drawing.title().to_owned())
            .creator(creator.to_owned()),
    );
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface
        .draw_svg(&tree, size, SvgSettings::default())
        .ok_or_else(|| pdf("it cannot be drawn"))?;
    surface.finish();
    page.finish();
    document
        .finish()
        .map_err(|error| pdf(&format!("{error:?}")))
}

#[cfg(test)]
mod tests {
    use super::super::{Frame, bars};
    use super::*;

    fn figure() -> Drawing {
        bars::draw(&bars::Figure {
            frame: Frame {
                title: "Cases by partner".into(),
                show_title: true,
                ..Frame::default()
            },
            series: vec![bars::Series::default()],
            rows: vec![bars::Row {
                label: "RANBP2 → EML4".into(),
                counts: vec![3],
                text: None,
            }],
            ..bars::Figure::default()
        })
    }

    #[test]
    fn a_png_has_the_pixels_that_its_size_and_dots_per_inch_give() {
        let file = png(&figure(), 192).expect("a picture");
        let decoder = png::Decoder::new(std::io::Cursor::new(&file));
        let mut reader = decoder.read_info().expect("a PNG");
        assert_eq!(reader.info().width, 1440);
        let dims = reader.info().pixel_dims.expect("dots per inch");
        assert_eq!((dims.xppu, dims.unit), (7559, png::Unit::Meter));
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut pixels).expect("pixels");
        // The bar is in the colour of the first series, and text is dark on white.
        let has = |colour: [u8; 3]| pixels.chunks_exact(3).any(|pixel| pixel == colour);
        assert!(has([0x00, 0x72, 0xb2]) && has([0xff, 0xff, 0xff]) && has([0x1b, 0x1f, 0x24]));
    }

    #[test]
    fn a_pdf_has_one_page_of_the_size_of_the_figure_and_its_font() {
        let file = pdf(&figure(), "casegraph").expect("a PDF");
        let text = String::from_utf8_lossy(&file);
        assert!(text.starts_with("%PDF-") && text.contains("Roboto"));
        assert!(text.contains("/MediaBox[0 0 540 "), "no page of 7.5 inches");
    }

    #[test]
    fn what_is_too_large_is_refused() {
        assert!(matches!(png(&figure(), 60_000), Err(PrintError::Large)));
    }
}
