// An operator for CoinFlips on controller-runtime, as a baseline.
package main

import (
	"flag"
	"os"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"coinflip-bench/api/v1alpha1"
	"coinflip-bench/internal/controller"
)

func main() {
	workers := flag.Int("workers", 50, "reconciles at once")
	finalizer := flag.String("finalizer", "games.example.com/coinflip", "finalizer of the objects")
	natsURL := flag.String("nats-url", nats.DefaultURL, "NATS server")
	flag.Parse()

	ctrl.SetLogger(zap.New())
	logger := ctrl.Log.WithName("setup")
	exit := func(err error, what string) {
		if err != nil {
			logger.Error(err, what)
			os.Exit(1)
		}
	}

	connection, err := nats.Connect(*natsURL, nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1))
	exit(err, "no connection to NATS")
	js, err := jetstream.New(connection)
	exit(err, "no JetStream")
	ctx := ctrl.SetupSignalHandler()
	const stream, prefix = "COINFLIPS", "coinflips.three-tails"
	_, err = js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: stream,
		Subjects: []string{prefix + ".>"}, Storage: jetstream.FileStorage, Discard: jetstream.DiscardNew})
	exit(err, "no stream")

	scheme := runtime.NewScheme()
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Scheme:  scheme,
		Metrics: metricsserver.Options{BindAddress: "0"},
	})
	exit(err, "no manager")
	reconciler := &controller.CoinFlipReconciler{
		Client:    manager.GetClient(),
		Publisher: &controller.Publisher{JetStream: js, Stream: stream, Prefix: prefix},
		Finalizer: *finalizer,
	}
	exit(reconciler.SetupWithManager(manager, *workers), "no controller")
	exit(manager.Start(ctx), "stopped")
}
