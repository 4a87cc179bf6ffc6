// A small OpenFaaS gateway for tests and measurements, on OpenFaaS's own faas-provider module: its
// routes, its authentication, its proxy and its log stream. In place of containers it has a few
// functions of its own, each a server on the loopback address: the last part of an image's name,
// without its tag, says which one it is.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/mux"
	bootstrap "github.com/openfaas/faas-provider"
	"github.com/openfaas/faas-provider/logs"
	"github.com/openfaas/faas-provider/proxy"
	"github.com/openfaas/faas-provider/types"
)

const defaultNamespace = "openfaas-fn"

// handlers are what images run.
var handlers = map[string]http.HandlerFunc{
	"noop": func(w http.ResponseWriter, r *http.Request) {},
	"echo": func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body) // what is not read by the first write is dropped
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("X-Method", r.Method)
		w.Header().Set("X-Path", r.URL.EscapedPath())
		w.Header().Set("X-Query", r.URL.RawQuery)
		for _, value := range r.Header.Values("X-Echo") {
			w.Header().Add("X-Echo", value)
		}
		w.Header().Set("X-Seen-Call-Id", r.Header.Get("X-Call-Id"))
		if contentType := r.Header.Get("Content-Type"); contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.Write(body)
	},
	"nodeinfo": func(w http.ResponseWriter, r *http.Request) {
		host, _ := os.Hostname()
		fmt.Fprintf(w, "Hostname: %s\n", host)
	},
	"sleep5ms": func(w http.ResponseWriter, r *http.Request) { time.Sleep(5 * time.Millisecond) },
	"slow":     func(w http.ResponseWriter, r *http.Request) { wait(r, 30*time.Second) },
	"teapot":   func(w http.ResponseWriter, r *http.Request) { http.Error(w, "short and stout", 418) },
	"missing":  func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no such thing", 404) },
	"failing":  func(w http.ResponseWriter, r *http.Request) { http.Error(w, "it broke", 500) },
}

func wait(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

// function is one that is deployed.
type function struct {
	status  types.FunctionStatus
	server  *http.Server
	address url.URL
	lines   []logs.Message
}

// gateway has the functions and secrets, by name and namespace.
type gateway struct {
	lock      sync.Mutex
	functions map[string]*function
	secrets   map[string]types.Secret
}

func key(name, namespace string) string {
	if namespace == "" {
		namespace = defaultNamespace
	}
	return name + "." + namespace
}

// Resolve finds a function's server, as the proxy of faas-provider asks for it.
func (g *gateway) Resolve(name string) (url.URL, error) {
	namespace := ""
	if dot := strings.LastIndex(name, "."); dot >= 0 {
		name, namespace = name[:dot], name[dot+1:]
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	found, ok := g.functions[key(name, namespace)]
	if !ok {
		return url.URL{}, fmt.Errorf("no function %s", name)
	}
	if found.status.Replicas == 0 {
		found.status.Replicas, found.status.AvailableReplicas = 1, 1
	}
	found.status.InvocationCount++
	return found.address, nil
}

func (g *gateway) list(w http.ResponseWriter, r *http.Request) {
	namespace := r.URL.Query().Get("namespace")
	if namespace == "" {
		namespace = defaultNamespace
	}
	g.lock.Lock()
	found := []types.FunctionStatus{}
	for _, f := range g.functions {
		if f.status.Namespace == namespace {
			found = append(found, f.status)
		}
	}
	g.lock.Unlock()
	sort.Slice(found, func(i, j int) bool { return found[i].Name < found[j].Name })
	answer(w, http.StatusOK, found)
}

func (g *gateway) status(w http.ResponseWriter, r *http.Request) {
	g.lock.Lock()
	defer g.lock.Unlock()
	found, ok := g.functions[key(mux.Vars(r)["name"], r.URL.Query().Get("namespace"))]
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	answer(w, http.StatusOK, found.status)
}

func (g *gateway) deploy(w http.ResponseWriter, r *http.Request) { g.put(w, r, false) }

func (g *gateway) update(w http.ResponseWriter, r *http.Request) { g.put(w, r, true) }

func (g *gateway) put(w http.ResponseWriter, r *http.Request, mustBeThere bool) {
	var wanted types.FunctionDeployment
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	image := wanted.Image[strings.LastIndex(wanted.Image, "/")+1:]
	handler, ok := handlers[strings.Split(strings.Split(image, "@")[0], ":")[0]]
	if !ok {
		http.Error(w, "unable to pull "+wanted.Image+": not found", http.StatusBadRequest)
		return
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	for _, secret := range wanted.Secrets {
		if _, ok := g.secrets[key(secret, wanted.Namespace)]; !ok {
			http.Error(w, "secret "+secret+" is missing", http.StatusBadRequest)
			return
		}
	}
	name := key(wanted.Service, wanted.Namespace)
	before, there := g.functions[name]
	if mustBeThere && !there {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	if there {
		before.server.Close()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	namespace := strings.TrimPrefix(name, wanted.Service+".")
	deployed := &function{
		server:  &http.Server{Handler: handler},
		address: url.URL{Scheme: "http", Host: listener.Addr().String()},
		status: types.FunctionStatus{
			Name: wanted.Service, Namespace: namespace, Image: wanted.Image,
			EnvProcess: wanted.EnvProcess, EnvVars: wanted.EnvVars, Constraints: wanted.Constraints,
			Secrets: wanted.Secrets, Labels: wanted.Labels, Annotations: wanted.Annotations,
			Limits: wanted.Limits, Requests: wanted.Requests,
			ReadOnlyRootFilesystem: wanted.ReadOnlyRootFilesystem,
			Replicas:               1, AvailableReplicas: 1, CreatedAt: time.Now(),
		},
		lines: []logs.Message{{
			Name: wanted.Service, Namespace: namespace, Instance: "replica-1",
			Timestamp: time.Now(), Text: wanted.Image + " started",
		}},
	}
	g.functions[name] = deployed
	go deployed.server.Serve(listener)
	w.WriteHeader(http.StatusAccepted)
}

func (g *gateway) remove(w http.ResponseWriter, r *http.Request) {
	var wanted types.DeleteFunctionRequest
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	name := key(wanted.FunctionName, wanted.Namespace)
	found, ok := g.functions[name]
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	found.server.Close()
	delete(g.functions, name)
	w.WriteHeader(http.StatusAccepted)
}

func (g *gateway) scale(w http.ResponseWriter, r *http.Request) {
	var wanted types.ScaleServiceRequest
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	found, ok := g.functions[key(wanted.ServiceName, wanted.Namespace)]
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	found.status.Replicas, found.status.AvailableReplicas = wanted.Replicas, wanted.Replicas
	w.WriteHeader(http.StatusAccepted)
}

func (g *gateway) secret(w http.ResponseWriter, r *http.Request) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if r.Method == http.MethodGet {
		found := []types.Secret{}
		for _, secret := range g.secrets {
			found = append(found, types.Secret{Name: secret.Name, Namespace: secret.Namespace})
		}
		answer(w, http.StatusOK, found)
		return
	}
	var wanted types.Secret
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := key(wanted.Name, wanted.Namespace)
	_, there := g.secrets[name]
	switch {
	case r.Method == http.MethodPost && there:
		http.Error(w, "secret exists", http.StatusConflict)
	case r.Method != http.MethodPost && !there:
		http.Error(w, "not found", http.StatusNotFound)
	case r.Method == http.MethodDelete:
		delete(g.secrets, name)
		w.WriteHeader(http.StatusAccepted)
	default:
		g.secrets[name] = wanted
		w.WriteHeader(http.StatusAccepted)
	}
}

func (g *gateway) namespaces(w http.ResponseWriter, r *http.Request) {
	g.lock.Lock()
	defer g.lock.Unlock()
	found := map[string]bool{defaultNamespace: true}
	for _, f := range g.functions {
		found[f.status.Namespace] = true
	}
	names := []string{}
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	answer(w, http.StatusOK, names)
}

// Query tells the lines of a function, as the log handler of faas-provider asks for them.
func (g *gateway) Query(ctx context.Context, wanted logs.Request) (<-chan logs.Message, error) {
	g.lock.Lock()
	defer g.lock.Unlock()
	var lines []logs.Message
	if found, ok := g.functions[key(wanted.Name, wanted.Namespace)]; ok {
		for _, line := range found.lines {
			if wanted.Since == nil || line.Timestamp.After(*wanted.Since) {
				lines = append(lines, line)
			}
		}
	}
	if wanted.Tail > 0 && len(lines) > wanted.Tail {
		lines = lines[len(lines)-wanted.Tail:]
	}
	messages := make(chan logs.Message, len(lines))
	for _, line := range lines {
		messages <- line
	}
	if wanted.Follow {
		go func() {
			<-ctx.Done()
			close(messages)
		}()
	} else {
		close(messages)
	}
	return messages, nil
}

func info(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, types.ProviderInfo{
		Name: "test-gateway", Orchestration: "none", Version: &types.VersionInfo{Release: "1"},
	})
}

func health(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func main() {
	port := flag.Int("port", 0, "the port to listen on")
	credentials := flag.String("credentials", "", "a folder with basic-auth-user and -password")
	timeout := flag.Duration("timeout", 20*time.Second, "the longest call")
	flag.Parse()
	if *port == 0 {
		log.Fatal("-port is missing")
	}
	g := &gateway{functions: map[string]*function{}, secrets: map[string]types.Secret{}}
	config := types.FaaSConfig{
		TCPPort: port, ReadTimeout: *timeout, WriteTimeout: *timeout,
		EnableBasicAuth: *credentials != "", SecretMountPath: *credentials,
		MaxIdleConns: 1024, MaxIdleConnsPerHost: 1024,
	}
	bootstrap.Router().HandleFunc("/readyz", health)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	bootstrap.Serve(ctx, &types.FaaSHandlers{
		ListNamespaces: g.namespaces,
		FunctionProxy:  proxy.NewHandlerFunc(config, g, false),
		FunctionLister: g.list,
		DeployFunction: g.deploy,
		UpdateFunction: g.update,
		DeleteFunction: g.remove,
		FunctionStatus: g.status,
		ScaleFunction:  g.scale,
		Secrets:        g.secret,
		Logs:           logs.NewLogHandlerFunc(g, *timeout),
		Health:         health,
		Info:           info,
	}, &config)
}
