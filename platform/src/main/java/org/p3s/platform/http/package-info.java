/** Problem+json from one catalogue, pages of lists. */
@NullMarked
package org.p3s.platform.http;

import org.jspecify.annotations.NullMarked;
