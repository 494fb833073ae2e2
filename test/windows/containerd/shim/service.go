package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/Microsoft/go-winio"
	api "github.com/containerd/containerd/api/events"
	task "github.com/containerd/containerd/api/runtime/task/v2"
	types "github.com/containerd/containerd/api/types/task"
	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A container and the calls that containerd makes of its shim.
type service struct {
	namespace string
	id        string
	bundle    string
	events    *publisher
	mutex     sync.Mutex
	processes map[string]*process
}

// Serves until containerd says Shutdown.
func serve(namespace, id, bundle, pipe string) error {
	listener, err := winio.ListenPipe(pipe, nil)
	if err != nil {
		return err
	}
	server, err := ttrpc.NewServer()
	if err != nil {
		return err
	}
	s := &service{
		namespace: namespace,
		id:        id,
		bundle:    bundle,
		events:    newPublisher(namespace),
		processes: map[string]*process{},
	}
	server.RegisterService("containerd.task.v2.Task", &ttrpc.ServiceDesc{Methods: map[string]ttrpc.Method{
		"Connect":  method(s.connect),
		"Create":   method(s.create),
		"Delete":   method(s.delete),
		"Exec":     method(s.exec),
		"Kill":     method(s.kill),
		"Pids":     method(s.pids),
		"Shutdown": method(s.shutdown),
		"Start":    method(s.start),
		"State":    method(s.state),
		"Wait":     method(s.wait),
	}})
	return server.Serve(context.Background(), listener)
}

func method[Request, Response any](call func(*Request) (*Response, error)) ttrpc.Method {
	return func(_ context.Context, unmarshal func(any) error) (any, error) {
		var request Request
		if err := unmarshal(&request); err != nil {
			return nil, err
		}
		return call(&request)
	}
}

func (s *service) get(execID string) (*process, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if found := s.processes[execID]; found != nil {
		return found, nil
	}
	return nil, status.Errorf(codes.NotFound, "process %q of %s", execID, s.id)
}

func (s *service) add(execID string, description []byte) error {
	var spec spec
	if err := json.Unmarshal(description, &spec); err != nil {
		return err
	}
	if len(spec.Args) == 0 {
		return fmt.Errorf("process %q of %s has no arguments", execID, s.id)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.processes[execID] != nil {
		return status.Errorf(codes.AlreadyExists, "process %q of %s", execID, s.id)
	}
	s.processes[execID] = newProcess(s.id, execID, spec)
	return nil
}

func (s *service) create(r *task.CreateTaskRequest) (*task.CreateTaskResponse, error) {
	bytes, err := os.ReadFile(filepath.Join(s.bundle, "config.json"))
	if err != nil {
		return nil, err
	}
	var config struct {
		Process json.RawMessage `json:"process"`
	}
	if err := json.Unmarshal(bytes, &config); err != nil {
		return nil, err
	}
	if err := s.add("", config.Process); err != nil {
		return nil, err
	}
	s.events.publish("/tasks/create", &api.TaskCreate{ContainerID: s.id, Bundle: s.bundle})
	return &task.CreateTaskResponse{}, nil
}

func (s *service) exec(r *task.ExecProcessRequest) (*emptypb.Empty, error) {
	if err := s.add(r.ExecID, r.Spec.GetValue()); err != nil {
		return nil, err
	}
	s.events.publish("/tasks/exec-added", &api.TaskExecAdded{ContainerID: s.id, ExecID: r.ExecID})
	return &emptypb.Empty{}, nil
}

func (s *service) start(r *task.StartRequest) (*task.StartResponse, error) {
	process, err := s.get(r.ExecID)
	if err != nil {
		return nil, err
	}
	if err := process.start(s.events); err != nil {
		return nil, err
	}
	if r.ExecID == "" {
		go s.endWith(process)
	}
	return &task.StartResponse{Pid: process.state(s.bundle).Pid}, nil
}

// A container ends with its first process.
func (s *service) endWith(first *process) {
	<-first.exited
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, process := range s.processes {
		process.kill()
	}
}

func (s *service) state(r *task.StateRequest) (*task.StateResponse, error) {
	process, err := s.get(r.ExecID)
	if err != nil {
		return nil, err
	}
	return process.state(s.bundle), nil
}

func (s *service) wait(r *task.WaitRequest) (*task.WaitResponse, error) {
	process, err := s.get(r.ExecID)
	if err != nil {
		return nil, err
	}
	<-process.exited
	state := process.state(s.bundle)
	return &task.WaitResponse{ExitStatus: state.ExitStatus, ExitedAt: state.ExitedAt}, nil
}

func (s *service) kill(r *task.KillRequest) (*emptypb.Empty, error) {
	process, err := s.get(r.ExecID)
	if err != nil {
		return nil, err
	}
	process.kill()
	return &emptypb.Empty{}, nil
}

func (s *service) delete(r *task.DeleteRequest) (*task.DeleteResponse, error) {
	process, err := s.get(r.ExecID)
	if err != nil {
		return nil, err
	}
	state := process.state(s.bundle)
	if state.Status == types.Status_RUNNING {
		return nil, status.Errorf(codes.FailedPrecondition, "process %q of %s runs", r.ExecID, s.id)
	}
	s.mutex.Lock()
	delete(s.processes, r.ExecID)
	s.mutex.Unlock()
	s.events.publish("/tasks/delete", &api.TaskDelete{
		ContainerID: s.id,
		ID:          r.ExecID,
		Pid:         state.Pid,
		ExitStatus:  state.ExitStatus,
		ExitedAt:    state.ExitedAt,
	})
	return &task.DeleteResponse{Pid: state.Pid, ExitStatus: state.ExitStatus, ExitedAt: state.ExitedAt}, nil
}

func (s *service) pids(*task.PidsRequest) (*task.PidsResponse, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var running []*types.ProcessInfo
	for _, process := range s.processes {
		if state := process.state(s.bundle); state.Status == types.Status_RUNNING {
			running = append(running, &types.ProcessInfo{Pid: state.Pid})
		}
	}
	return &task.PidsResponse{Processes: running}, nil
}

func (s *service) connect(*task.ConnectRequest) (*task.ConnectResponse, error) {
	pid := uint32(0)
	if first, err := s.get(""); err == nil {
		pid = first.state(s.bundle).Pid
	}
	return &task.ConnectResponse{ShimPid: uint32(os.Getpid()), TaskPid: pid, Version: "v2"}, nil
}

// Called when the first process is deleted. It is answered before the shim ends, which waits until all is told.
func (s *service) shutdown(*task.ShutdownRequest) (*emptypb.Empty, error) {
	if _, err := s.get(""); err != nil {
		go func() {
			s.events.untold.Wait()
			os.Exit(0)
		}()
	}
	return &emptypb.Empty{}, nil
}
