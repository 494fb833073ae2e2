/** ECS's `event.category` and `event.type`: lists of words that ECS allows. */
export interface Categorization {
  readonly category: readonly string[];
  readonly type: readonly string[];
}

const as = (category: string, type: string): Categorization => ({
  category: category.split(' '),
  type: type.split(' '),
});

/**
 * By event name, or by what it begins with (a dot at the end); the longest that fits. What is not here has no category.
 * Source: the allowed values of event.category and event.type in the Elastic Common Schema.
 */
const TABLE: Readonly<Record<string, Categorization>> = {
  'process.': as('process', 'info'),
  'process.start': as('process', 'start'),
  'process.exit': as('process', 'end'),
  'process.access': as('process', 'access'),
  'process.memory.': as('process', 'access'),
  'process.memory.protect': as('process', 'change'),
  'process.memory.write': as('process', 'change'),
  'process.suspend': as('process', 'change'),
  'process.resume': as('process', 'change'),
  'process.thread.remote_start': as('process', 'change'),
  'process.thread.set_context': as('process', 'change'),
  'process.thread.queue_apc': as('process', 'change'),
  'process.module.': as('library', 'info'),
  'process.module.load': as('library', 'start'),
  'process.module.unload': as('library', 'end'),
  'dotnet.assembly.load': as('library', 'start'),
  'driver.load': as('driver', 'start'),
  'driver.unload': as('driver', 'end'),
  'powershell.': as('process', 'info'),
  'amsi.scan': as('process', 'info'),
  'wmi.process.create': as('process', 'start'),
  'scheduled_task.process.start': as('process', 'start'),
  'scheduled_task.create': as('configuration', 'creation'),
  'scheduled_task.update': as('configuration', 'change'),
  'scheduled_task.delete': as('configuration', 'deletion'),
  'service.config.change': as('configuration', 'change'),
  'wmi.subscription.': as('configuration', 'creation'),

  'file.': as('file', 'info'),
  'file.create': as('file', 'creation'),
  'file.delete': as('file', 'deletion'),
  'file.open': as('file', 'access'),
  'file.read': as('file', 'access'),
  'file.write': as('file', 'change'),
  'file.rename': as('file', 'change'),
  'file.link': as('file', 'creation'),
  'file.set_info': as('file', 'change'),
  'registry.': as('registry', 'info'),
  'registry.key.create': as('registry', 'creation'),
  'registry.key.open': as('registry', 'access'),
  'registry.key.query': as('registry', 'access'),
  'registry.key.enumerate': as('registry', 'access'),
  'registry.key.delete': as('registry', 'deletion'),
  'registry.key.set_security': as('registry', 'change'),
  'registry.key.set_information': as('registry', 'change'),
  'registry.value.set': as('registry', 'change'),
  'registry.value.delete': as('registry', 'deletion'),
  'registry.value.query': as('registry', 'access'),
  'registry.value.enumerate': as('registry', 'access'),

  'network.': as('network', 'connection'),
  'network.connect': as('network', 'connection start'),
  'network.accept': as('network', 'connection start'),
  'network.disconnect': as('network', 'connection end'),
  'dns.': as('network', 'protocol info'),
  'smb.server.share.': as('configuration', 'change'),
  'smb.client.connection.': as('network', 'connection'),
  'smb.server.connection.': as('network', 'connection'),
  'smb.server.authentication.fail': as('authentication', 'start'),
  'smb.client.authentication.fail': as('authentication', 'start'),
  'winrm.session.start': as('session', 'start'),
  'winrm.authentication.fail': as('authentication', 'start'),

  'av.detection': as('malware', 'info'),
  'av.config.change': as('configuration', 'change'),
  'av.protection.disable': as('configuration', 'change'),
  'container.silo.start': as('host', 'start'),
  'container.silo.stop': as('host', 'end'),
};

/** The categorization of an event, by its name; undefined where ECS has none for it. */
export function categorizationOf(eventName: string): Categorization | undefined {
  // A name from a trace may be that of something every object has.
  for (let end = eventName.length; end > 0; end = eventName.lastIndexOf('.', end - 2) + 1) {
    const prefix = eventName.slice(0, end);
    if (Object.hasOwn(TABLE, prefix)) return TABLE[prefix];
  }
  return undefined;
}
