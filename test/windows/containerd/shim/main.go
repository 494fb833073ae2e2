// Command containerd-shim-sigel-v1 stands in for containerd's shim for Windows, which needs Windows' own containers:
// the same calls and the same events, with plain processes in the place of containers. For tests only.
//
// containerd runs `containerd-shim-sigel-v1.exe -namespace N -id ID … start` in the bundle's folder and expects an
// address on stdout; `delete` clears up behind a shim that died. See containerd's runtime/v2/README.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/Microsoft/go-winio"
	task "github.com/containerd/containerd/api/runtime/task/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// No test lasts longer: a shim that was left behind ends by itself.
const longestLife = 10 * time.Minute

func main() {
	namespace := flag.String("namespace", "", "containerd's namespace")
	id := flag.String("id", "", "the container")
	bundle := flag.String("bundle", "", "the container's folder; else the working directory")
	flag.String("address", "", "containerd's gRPC pipe, not used")
	flag.String("publish-binary", "", "containerd itself, not used")
	flag.Bool("debug", false, "not used")
	flag.Parse()
	pipe := fmt.Sprintf(`\\.\pipe\sigel-shim-%s-%s`, *namespace, *id)
	var err error
	switch action := flag.Arg(0); action {
	case "start":
		err = start(*namespace, *id, pipe)
	case "serve":
		time.AfterFunc(longestLife, func() { os.Exit(1) })
		err = serve(*namespace, *id, *bundle, pipe)
	case "delete":
		err = reportDead()
	default:
		err = fmt.Errorf("unknown action %q", action)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Starts the shim proper and tells where it listens: here, and to a containerd that starts later.
func start(namespace, id, pipe string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bundle, err := os.Getwd()
	if err != nil {
		return err
	}
	shim := exec.Command(self, "-namespace", namespace, "-id", id, "-bundle", bundle, "serve")
	// Windows removes no folder that somebody works in.
	shim.Dir = filepath.Dir(self)
	if err := shim.Start(); err != nil {
		return err
	}
	patience := 10 * time.Second
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		connection, err := winio.DialPipe(pipe, &patience)
		if err == nil {
			defer connection.Close()
			break
		}
		if time.Now().After(end) {
			return err
		}
	}
	if err := os.WriteFile("address", []byte(pipe), 0o600); err != nil {
		return err
	}
	_, err = fmt.Print(pipe)
	return err
}

// What containerd is told of a container whose shim died.
func reportDead() error {
	bytes, err := proto.Marshal(&task.DeleteResponse{ExitStatus: 255, ExitedAt: timestamppb.Now()})
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(bytes)
	return err
}
