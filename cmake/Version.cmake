# The one place that names the version; TKZ_ABI_VERSION in tokenzip.h is checked against it by a test.
set(TOKENZIP_VERSION 0.1.0)
