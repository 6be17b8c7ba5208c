/** What the command prints: tables, JSON, YAML, drawings, progress. */
@NullMarked
package org.p3s.cli.text;

import org.jspecify.annotations.NullMarked;
