package org.p3s.workflow.graphml;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import org.p3s.workflow.app.InvalidTemplateException;
import org.p3s.workflow.app.TemplateFormat;
import org.p3s.workflow.domain.Dag;

/** Templates as GraphML. */
@ApplicationScoped
class GraphMlFormat implements TemplateFormat {

  @Override
  public ReadResult read(byte[] file, int maxNodes) throws InvalidTemplateException {
    return GraphMlReader.read(file, maxNodes);
  }

  @Override
  public Dag readStored(String name, String text) {
    try {
      byte[] file = text.getBytes(StandardCharsets.UTF_8);
      return GraphMlReader.readStored(file).dag().withName(name);
    } catch (InvalidTemplateException e) {
      throw new IllegalStateException("stored DAG " + name + " can't be read", e);
    }
  }

  @Override
  public String write(Dag dag) {
    return GraphMlWriter.write(dag);
  }
}
