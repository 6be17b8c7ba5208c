/**
 * The events that services exchange over Kafka: one immutable record per event type, its topic and
 * its key. Changes are additive only. Each type has a JSON Schema among the resources, and the
 * tests compare records, schemas and golden samples.
 */
@NullMarked
package org.p3s.contracts;

import org.jspecify.annotations.NullMarked;
