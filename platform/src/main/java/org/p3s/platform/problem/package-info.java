/** Errors as problem+json (RFC 9457): the catalogue that all services share, and its JSON. */
@NullMarked
package org.p3s.platform.problem;

import org.jspecify.annotations.NullMarked;
