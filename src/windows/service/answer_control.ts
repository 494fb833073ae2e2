import { ServiceControl, ServiceError } from '../abi/service_constants.ts';
import type { ServiceReport } from './service_report.ts';

/** What Windows asks of a service. */
export interface ServiceRequests {
  readonly stop: () => void;
  readonly reload: () => void;
}

/** Does what a control (SERVICE_CONTROL_*) asks for; returns what HandlerEx does, 0 or an error code. */
export function answerControl(control: number, report: ServiceReport, requests: ServiceRequests): number {
  switch (control) {
    case ServiceControl.stop:
    case ServiceControl.preshutdown:
      report.stopping();
      requests.stop();
      return 0;
    case ServiceControl.paramChange:
      requests.reload();
      return 0;
    case ServiceControl.interrogate:
      return 0;
    default:
      return ServiceError.callNotImplemented;
  }
}
