#include "framework/core/cairo/cairo_handle.h"

#include "framework/core/error.h"

namespace ag {

void check_cairo(cairo_t* context) {
  const cairo_status_t status = cairo_status(context);
  if (status != CAIRO_STATUS_SUCCESS) throw Error("Cairo", cairo_status_to_string(status));
}

}  // namespace ag
