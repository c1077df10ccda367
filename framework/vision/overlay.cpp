#include "framework/vision/overlay.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ag::vision {
namespace {

constexpr int kTile = 512;  // pixels: a megabyte

Box tile_at(const data::Picture& photo, int left, int top) {
  return {static_cast<double>(left), static_cast<double>(top),
          static_cast<double>(std::min(kTile, photo.width - left)),
          static_cast<double>(std::min(kTile, photo.height - top))};
}

// A part of a picture, as a surface to draw on.
class Tile {
 public:
  Tile(data::Picture& photo, const Box& part)
      : photo_(photo),
        left_(static_cast<int>(part.left)),
        top_(static_cast<int>(part.top)),
        width_(static_cast<int>(part.width)),
        height_(static_cast<int>(part.height)),
        surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width_, height_)),
        context_(cairo_create(surface_.get())) {
    check_cairo(context_.get());
    cairo_translate(context_.get(), -part.left, -part.top);
  }

  void load() {
    for (int y = 0; y < height_; ++y) {
      const std::uint8_t* from = photo_row(y);
      unsigned char* to = surface_row(y);
      for (int x = 0; x < width_; ++x, from += data::kChannels) {
        const std::uint32_t pixel = static_cast<std::uint32_t>(from[0]) << 16 |
                                    static_cast<std::uint32_t>(from[1]) << 8 | from[2];
        to = std::copy_n(reinterpret_cast<const unsigned char*>(&pixel), sizeof pixel, to);
      }
    }
    cairo_surface_mark_dirty(surface_.get());
  }

  void paint(const Shape& shape) {
    cairo_save(context_.get());
    shape.paint(context_.get());
    cairo_restore(context_.get());
    check_cairo(context_.get());
  }

  void store() {
    cairo_surface_flush(surface_.get());
    for (int y = 0; y < height_; ++y) {
      const unsigned char* from = surface_row(y);
      std::uint8_t* to = photo_row(y);
      for (int x = 0; x < width_; ++x) {
        std::uint32_t pixel = 0;  // 0x00RRGGBB in this machine's byte order
        std::memcpy(&pixel, from, sizeof pixel);
        from += sizeof pixel;
        *to++ = static_cast<std::uint8_t>(pixel >> 16);
        *to++ = static_cast<std::uint8_t>(pixel >> 8);
        *to++ = static_cast<std::uint8_t>(pixel);
      }
    }
  }

 private:
  std::uint8_t* photo_row(int y) {
    return photo_.rgb.data() +
           (static_cast<std::size_t>(top_ + y) * photo_.width + left_) * data::kChannels;
  }
  unsigned char* surface_row(int y) {
    return cairo_image_surface_get_data(surface_.get()) +
           static_cast<std::ptrdiff_t>(y) * cairo_image_surface_get_stride(surface_.get());
  }

  data::Picture& photo_;
  int left_;
  int top_;
  int width_;
  int height_;
  CairoSurface surface_;
  CairoContext context_;
};

}  // namespace

void draw(data::Picture& photo, std::span<const Shape> shapes) {
  for (int top = 0; top < photo.height; top += kTile) {
    for (int left = 0; left < photo.width; left += kTile) {
      const Box part = tile_at(photo, left, top);
      const auto touches = [&part](const Shape& shape) {
        return shared(shape.bounds, part).area() > 0;
      };
      if (std::ranges::none_of(shapes, touches)) continue;
      Tile tile(photo, part);
      tile.load();
      for (const Shape& shape : shapes) {
        if (touches(shape)) tile.paint(shape);
      }
      tile.store();
    }
  }
}

}  // namespace ag::vision
