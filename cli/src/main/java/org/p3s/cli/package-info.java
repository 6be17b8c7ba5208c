/** The command that operators type: its start, exit codes, endpoints and directories. */
@NullMarked
package org.p3s.cli;

import org.jspecify.annotations.NullMarked;
