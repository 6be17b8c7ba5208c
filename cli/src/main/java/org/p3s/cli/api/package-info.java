/** The services' HTTP API as the command uses it. */
@NullMarked
package org.p3s.cli.api;

import org.jspecify.annotations.NullMarked;
