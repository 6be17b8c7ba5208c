/** Calls the services' HTTP API. */
@NullMarked
package org.p3s.cli.api;

import org.jspecify.annotations.NullMarked;
