#pragma once

// Whether the kernel has so many to give away that nobody has to wait while it makes room for them.
int has_spare_huge_pages(void);
