package main

import (
	"os/exec"
	"sync"
	"time"

	api "github.com/containerd/containerd/api/events"
	task "github.com/containerd/containerd/api/runtime/task/v2"
	types "github.com/containerd/containerd/api/types/task"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The part of an OCI process that matters here.
type spec struct {
	Args []string `json:"args"`
}

// A container's first process (execID is empty) or one that was executed in it. Like the shim for Windows' own
// containers, it has no pid before it is started.
type process struct {
	container string
	execID    string
	spec      spec
	mutex     sync.Mutex
	command   *exec.Cmd
	exitedAt  time.Time
	exited    chan struct{}
}

func newProcess(container, execID string, spec spec) *process {
	return &process{container: container, execID: execID, spec: spec, exited: make(chan struct{})}
}

func (p *process) start(events *publisher) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	command := exec.Command(p.spec.Args[0], p.spec.Args[1:]...)
	if err := command.Start(); err != nil {
		return err
	}
	p.command = command
	if p.execID == "" {
		events.publish("/tasks/start", &api.TaskStart{ContainerID: p.container, Pid: p.pid()})
	} else {
		started := &api.TaskExecStarted{ContainerID: p.container, ExecID: p.execID, Pid: p.pid()}
		events.publish("/tasks/exec-started", started)
	}
	go p.wait(events)
	return nil
}

func (p *process) wait(events *publisher) {
	_ = p.command.Wait()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.exitedAt = time.Now()
	close(p.exited)
	events.publish("/tasks/exit", &api.TaskExit{
		ContainerID: p.container,
		ID:          p.name(),
		Pid:         p.pid(),
		ExitStatus:  p.exitStatus(),
		ExitedAt:    timestamppb.New(p.exitedAt),
	})
}

// In events the first process goes by the name of its container.
func (p *process) name() string {
	if p.execID == "" {
		return p.container
	}
	return p.execID
}

func (p *process) pid() uint32 {
	if p.command == nil {
		return 0
	}
	return uint32(p.command.Process.Pid)
}

func (p *process) exitStatus() uint32 {
	if p.exitedAt.IsZero() {
		return 255
	}
	return uint32(p.command.ProcessState.ExitCode())
}

func (p *process) state(bundle string) *task.StateResponse {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	state := &task.StateResponse{
		ID:         p.container,
		Bundle:     bundle,
		ExecID:     p.execID,
		Pid:        p.pid(),
		Status:     types.Status_CREATED,
		ExitStatus: p.exitStatus(),
	}
	if !p.exitedAt.IsZero() {
		state.Status = types.Status_STOPPED
		state.ExitedAt = timestamppb.New(p.exitedAt)
	} else if p.command != nil {
		state.Status = types.Status_RUNNING
	}
	return state
}

// Ends it; without effect on one that does not run.
func (p *process) kill() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.command != nil {
		_ = p.command.Process.Kill()
	}
}
