// Package controller reconciles CoinFlips.
package controller

import (
	"context"
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"coinflip-bench/api/v1alpha1"
	"coinflip-bench/internal/status"
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
	if failure, err := r.publishPending(ctx, &coin); failure != nil || err != nil {
		return ctrl.Result{}, errors.Join(failure, err)
	}
	if deleting && controllerutil.RemoveFinalizer(&coin, r.Finalizer) {
		return ctrl.Result{}, client.IgnoreNotFound(r.Update(ctx, &coin))
	}
	return ctrl.Result{}, nil
}

// publishPending publishes the pending milestones in order, and stops at the first failure.
func (r *CoinFlipReconciler) publishPending(ctx context.Context, coin *v1alpha1.CoinFlip) (failure, err error) {
	next, places := status.Tally(coin.Spec.Flips)
	next.Notifications = min(max(coin.Status.Notifications, 0), next.Milestones)
	for ; next.Notifications < next.Milestones; next.Notifications++ {
		limited, cancel := context.WithTimeout(ctx, publishTimeout)
		done := int(next.Notifications)
		failure = r.Publisher.Publish(limited, coin, places[done], done+1)
		cancel()
		if failure != nil {
			break
		}
	}
	next.Conditions = coin.DeepCopy().Status.Conditions
	status.SetConditions(&next, coin.Generation, places, failure)
	if equality.Semantic.DeepEqual(next, coin.Status) {
		return failure, nil
	}
	coin.Status = next
	return failure, r.Status().Update(ctx, coin)
}

// SetupWithManager reconciles changes of the spec with so many workers.
func (r *CoinFlipReconciler) SetupWithManager(mgr ctrl.Manager, workers int) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.CoinFlip{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers}).
		Complete(r)
}
