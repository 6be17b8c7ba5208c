package org.p3s.workflow.app;

import java.util.Map;
import org.p3s.workflow.domain.Dag;

/**
 * A template that workflows can be made of.
 *
 * @param extensions the extensions by data type, with their dots
 */
record ParsedTemplate(Dag dag, int version, Map<String, String> extensions) {}
