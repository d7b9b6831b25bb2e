#pragma once
#include <zint.h>

// Swift does not import the field `encoded_data`, an array of 28,800 bytes.

/// Draws `length` bytes as a symbol of this kind, and writes one byte for each
/// module, row by row: 1 is dark.
///
/// `option` values of 0 are zint's own choice. Answers 0, or what zint answers;
/// ZINT_ERROR_TOO_LONG as well where the symbol has more than `capacity` modules.
static inline int custody_draw(
    int symbology, int mode, int option_1, int option_3, int eci,
    const unsigned char *bytes, int length, unsigned char *modules, int capacity,
    int *rows, int *width) {
  struct zint_symbol *symbol = ZBarcode_Create();
  if (!symbol) return ZINT_ERROR_MEMORY;
  symbol->symbology = symbology;
  symbol->input_mode = mode;
  symbol->eci = eci;
  // A wrong check digit of GS1, say, is no symbol of ours.
  symbol->warn_level = WARN_FAIL_ALL;
  if (option_1) symbol->option_1 = option_1;
  if (option_3) symbol->option_3 = option_3;
  int status = ZBarcode_Encode(symbol, bytes, length);
  if (status < ZINT_ERROR) {
    status = symbol->rows * symbol->width > capacity ? ZINT_ERROR_TOO_LONG : 0;
    *rows = symbol->rows;
    *width = symbol->width;
    for (int y = 0; status == 0 && y < symbol->rows; y++)
      for (int x = 0; x < symbol->width; x++)
        modules[y * symbol->width + x] = symbol->encoded_data[y][x / 8] >> (x % 8) & 1;
  }
  ZBarcode_Delete(symbol);
  return status;
}
