/**
 * The facts that services tell each other over Kafka: one immutable record per event type, its
 * topic and its key. Changes are additive only; a JSON Schema per type lies beside the classes and
 * golden samples hold them to it.
 */
@NullMarked
package org.p3s.contracts;

import org.jspecify.annotations.NullMarked;
