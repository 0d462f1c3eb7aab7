using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Deliver;

/// <summary>Why an object is not at its destination.</summary>
internal static class DeliverReasons
{
    public static readonly ReasonCode Sent = new(
        "sent", "The destination has the object.", "Nothing to do.");

    public static readonly ReasonCode Unreachable = new(
        "destination-unreachable", "No connection to the destination could be made, or it broke.",
        "Check that the destination runs and that host and port in the configuration are right; the node goes on trying.");

    public static readonly ReasonCode Rejected = new(
        "association-rejected", "The destination rejected the association.",
        "Make the node's AE title known to the destination, and check the called AE title; then 'retry' the case.");

    public static readonly ReasonCode Busy = new(
        "destination-busy", "The destination is out of resources or cannot take more now.", "Look at the destination's disk and load; the node goes on trying.");

    public static readonly ReasonCode NotAccepted = new(
        "object-not-accepted", "The destination does not accept Secondary Capture images in a transfer syntax that the node offers.",
        "Enable Secondary Capture Image Storage with Explicit or Implicit VR Little Endian at the destination; then 'retry' the case.");

    public static readonly ReasonCode KindDeclined = new(
        "object-kind-declined", "The destination takes no objects of this kind; the fused images are there without it.",
        "Enable Spatial Registration Storage at the destination if its viewers can use it.");

    public static readonly ReasonCode Refused = new(
        "object-refused", "The destination answered the object with a failure status.", "Look at the status and at the destination's log; then 'retry' the case.");

    public static readonly ReasonCode GaveUp = new(
        "gave-up", "The destination did not take the object within the configured time.", "Mend the destination, then 'retry' the case.");

    public static readonly ReasonCode DeadLetters = new(
        "delivery-dead-letters", "Some objects will not be tried again.", "See the last error; mend its cause, then 'retry' the case.");

    public static readonly ReasonCode ResultMissing = new(
        "result-missing", "The fused objects of the case are not on disk.", "'rerun' the case; the same objects are made again.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [Sent, Unreachable, Rejected, Busy, NotAccepted, KindDeclined, Refused, GaveUp, DeadLetters, ResultMissing];
}
