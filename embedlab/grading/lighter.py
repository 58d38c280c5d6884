"""Keeps out what takes a second to load and what no notebook needs; imported before nbformat.

The validator of nbformat builds, at its import, some forty grammars of web addresses where the
package for them happens to be installed, and makes no use of them: notebooks have no such field.
"""

import sys

# To the validator this looks as if the package were not installed.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
