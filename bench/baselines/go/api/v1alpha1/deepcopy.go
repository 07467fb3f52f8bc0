package v1alpha1

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

func (in *CoinFlipStatus) DeepCopyInto(out *CoinFlipStatus) {
	*out = *in
	if in.Streak != nil {
		streak := *in.Streak
		out.Streak = &streak
	}
	if in.Conditions != nil {
		out.Conditions = make([]metav1.Condition, len(in.Conditions))
		for i := range in.Conditions {
			in.Conditions[i].DeepCopyInto(&out.Conditions[i])
		}
	}
}

func (in *CoinFlip) DeepCopyInto(out *CoinFlip) {
	out.TypeMeta = in.TypeMeta
	in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	out.Spec.Flips = slices.Clone(in.Spec.Flips)
	in.Status.DeepCopyInto(&out.Status)
}

func (in *CoinFlip) DeepCopy() *CoinFlip {
	out := new(CoinFlip)
	in.DeepCopyInto(out)
	return out
}

func (in *CoinFlip) DeepCopyObject() runtime.Object { return in.DeepCopy() }

func (in *CoinFlipList) DeepCopyObject() runtime.Object {
	out := &CoinFlipList{TypeMeta: in.TypeMeta, ListMeta: *in.ListMeta.DeepCopy()}
	out.Items = make([]CoinFlip, len(in.Items))
	for i := range in.Items {
		in.Items[i].DeepCopyInto(&out.Items[i])
	}
	return out
}
