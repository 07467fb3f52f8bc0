// Package controller reconciles CoinFlips.
package controller

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"coinflip-bench/operator/api/v1alpha1"
)

const publishTimeout = 2 * time.Second

// CoinFlipReconciler publishes milestones and writes the status.
type CoinFlipReconciler struct {
	client.Client
	Publisher *Publisher
	Finalizer string
}

func (r *CoinFlipReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var coin v1alpha1.CoinFlip
	if err := r.Get(ctx, req.NamespacedName, &coin); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	deleting := !coin.DeletionTimestamp.IsZero()
	if !deleting && controllerutil.AddFinalizer(&coin, r.Finalizer) {
		if err := r.Update(ctx, &coin); err != nil {
			return ctrl.Result{}, err
		}
	}
	failure, err := r.publishPending(ctx, &coin)
	if failure != nil || err != nil {
		if err == nil {
			err = failure
		}
		return ctrl.Result{}, err
	}
	if deleting && controllerutil.RemoveFinalizer(&coin, r.Finalizer) {
		return ctrl.Result{}, client.IgnoreNotFound(r.Update(ctx, &coin))
	}
	return ctrl.Result{}, nil
}

// publishPending publishes the pending milestones in order, and stops at the first failure.
func (r *CoinFlipReconciler) publishPending(ctx context.Context, coin *v1alpha1.CoinFlip) (failure, err error) {
	status, places := tally(coin.Spec.Flips)
	status.ObservedGeneration = coin.Generation
	done := min(max(int(coin.Status.Notifications), 0), len(places))
	for ; done < len(places) && failure == nil; done++ {
		limited, cancel := context.WithTimeout(ctx, publishTimeout)
		failure = r.Publisher.Publish(limited, coin, places[done], done+1)
		cancel()
		if failure != nil {
			break
		}
	}
	status.Notifications = int32(done)
	status.Conditions = coin.DeepCopy().Status.Conditions
	setConditions(&status, coin.Generation, places, failure)
	if equality.Semantic.DeepEqual(status, coin.Status) {
		return failure, nil
	}
	coin.Status = status
	return failure, r.Status().Update(ctx, coin)
}

// SetupWithManager reconciles changes of the spec with so many workers.
func (r *CoinFlipReconciler) SetupWithManager(mgr ctrl.Manager, workers int) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.CoinFlip{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers}).
		Complete(r)
}
