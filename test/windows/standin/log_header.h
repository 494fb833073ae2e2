// TRACE_LOGFILE_HEADER: the first event of the header buffer.
#ifndef STANDIN_LOG_HEADER_H
#define STANDIN_LOG_HEADER_H
#include "trace_file.h"

// Fills facts and zero from the header buffer, whatever bitness it has.
bool read_log_header(TraceFile *trace);

#endif
