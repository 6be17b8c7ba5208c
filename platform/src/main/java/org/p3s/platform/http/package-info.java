/** The HTTP conventions of all services: pages of lists, and the limit of bodies. */
@NullMarked
package org.p3s.platform.http;

import org.jspecify.annotations.NullMarked;
