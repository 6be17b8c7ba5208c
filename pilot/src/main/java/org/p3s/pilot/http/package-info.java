/** HTTP requests to the services: the client, JSON bodies, and the pauses between attempts. */
@NullMarked
package org.p3s.pilot.http;

import org.jspecify.annotations.NullMarked;
