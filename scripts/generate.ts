// Everything that is generated and committed, in one go; tests say when something is out of date.
await import('./generate_catalogue.ts');
await import('./generate_events_doc.ts');
await import('./generate_presets_doc.ts');
await import('./generate_sigma_fields_doc.ts');
await import('./generate_schema.ts');
await import('./generate_journal_schema.ts');
await import('./generate_chart.ts');
(await import('./generate_protos.ts')).generateProtos();
await import('../config/demo/generate.ts');
