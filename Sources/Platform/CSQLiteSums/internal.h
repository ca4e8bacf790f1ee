// What the files of this module share.
#ifndef C_SQLITE_SUMS_INTERNAL_H
#define C_SQLITE_SUMS_INTERNAL_H

#include "CSQLiteSums.h"

/// The size of pages that a database's header tells; 0 where it is none.
size_t sums_page_size(const uint8_t *header);

/// Whether a first page of 4096 bytes has a sum although its header, damaged, does not say so.
int sums_header_is_summed(const uint8_t *page);

#endif
