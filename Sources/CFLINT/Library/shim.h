// The library's own headers are read by CFLINT alone: none of its structures or macros reaches Swift.
#pragma once
