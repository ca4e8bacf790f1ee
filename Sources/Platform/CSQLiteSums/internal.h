// What the files of this module share.
#ifndef C_SQLITE_SUMS_INTERNAL_H
#define C_SQLITE_SUMS_INTERNAL_H

#include "CSQLiteSums.h"

/// The size of pages that a database's header tells; 0 where it is none.
size_t sums_page_size(const uint8_t *header);

/// Whether a first page of 4096 bytes has a sum although its header, damaged, does not say so.
int sums_header_is_summed(const uint8_t *page);

/// Does work that opens files of SQLite's, and returns when it is done; it closes them with `sums_close_apart` only.
void sums_apart(void (*work)(void *), void *argument);

void sums_close_apart(int descriptor);

#endif
