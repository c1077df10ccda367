// Owners for what the Cairo C library hands out.
#pragma once

#include <cairo.h>

#include <memory>

namespace ag {

struct CairoCloser {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(cairo_pattern_t* pattern) const { cairo_pattern_destroy(pattern); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
};
using CairoSurface = std::unique_ptr<cairo_surface_t, CairoCloser>;
using CairoContext = std::unique_ptr<cairo_t, CairoCloser>;
using CairoPattern = std::unique_ptr<cairo_pattern_t, CairoCloser>;
using CairoFontOptions = std::unique_ptr<cairo_font_options_t, CairoCloser>;

// Throws Error where Cairo complains of what was done with it, or there was no memory for it.
void check_cairo(cairo_t* context);

}  // namespace ag
