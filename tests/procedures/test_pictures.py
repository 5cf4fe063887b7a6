"""Any picture becomes 32x32 gray levels by the documented rule, or is refused in one sentence."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from procedures.errors import ParameterError
from procedures.techniques.pictures import SHIPPED, load_gray

GRADIENT = np.add.outer(np.arange(32) * 4, np.arange(32) * 4).astype(np.uint8)


def saved(path: Path, picture: Image.Image, **options: object) -> str:
    picture.save(path, **options)
    return str(path)


def test_the_shipped_picture_uses_the_whole_range() -> None:
    gray = load_gray(SHIPPED)
    assert gray.shape == (32, 32)
    assert gray.min() == 0
    assert gray.max() == 255


@pytest.mark.parametrize("suffix", [".png", ".tiff", ".bmp"])
def test_a_gray_picture_of_the_right_size_is_unchanged(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"p{suffix}", Image.fromarray(GRADIENT))
    assert (load_gray(path) == GRADIENT).all()


def test_a_larger_picture_is_averaged_over_areas(tmp_path: Path) -> None:
    large = np.kron(GRADIENT, np.ones((5, 5), np.uint8))
    path = saved(tmp_path / "p.png", Image.fromarray(large))
    assert (load_gray(path) == GRADIENT).all()


def test_a_wide_picture_is_cut_to_its_centre(tmp_path: Path) -> None:
    wide = np.zeros((32, 96), np.uint8)
    wide[:, 32:64] = GRADIENT
    assert (load_gray(saved(tmp_path / "p.png", Image.fromarray(wide))) == GRADIENT).all()


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    assert (load_gray(saved(tmp_path / "p.png", clear)) == 255).all()


def test_sixteen_bits_are_scaled_to_eight(tmp_path: Path) -> None:
    deep = Image.fromarray(GRADIENT.astype(np.uint16) * 257)
    assert (load_gray(saved(tmp_path / "p.png", deep)) == GRADIENT).all()


def test_the_exif_turn_is_followed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    tilted = np.zeros((32, 32), np.uint8)
    tilted[:16] = 200
    path = saved(tmp_path / "p.png", Image.fromarray(tilted), exif=exif)
    assert (load_gray(path) == np.rot90(tilted, 2)).all()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="there is no file"):
        load_gray(str(tmp_path / "nowhere.png"))


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_text("not a picture", encoding="utf-8")
    with pytest.raises(ParameterError, match="not a picture"):
        load_gray(str(path))


def test_a_torn_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "torn.png"
    saved(path, Image.effect_noise((64, 64), 80))
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(ParameterError, match="cannot be read"):
        load_gray(str(path))


@pytest.mark.parametrize("size", [(1, 1), (31, 200)])
def test_a_picture_with_too_few_pixels_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(ParameterError, match="at least 32x32"):
        load_gray(saved(tmp_path / "p.png", Image.new("L", size)))


@pytest.mark.parametrize("size", [(8000, 8000), (20000, 20000)])
def test_a_huge_picture_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(ParameterError, match=r"at most|exceeds limit"):
        load_gray(saved(tmp_path / "p.png", Image.new("1", size)))
