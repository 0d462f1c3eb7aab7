namespace PacsFusion.Node.Ledger;

/// <summary>An instance that was answered with a failure, and why. Holds no patient data.</summary>
/// <param name="Reason">The reason code.</param>
/// <param name="Status">The DIMSE status that was answered.</param>
/// <param name="SopInstanceUid">SOP Instance UID of the command, as the sender gave it.</param>
/// <param name="SopClassUid">SOP Class UID of the command.</param>
/// <param name="CallingAeTitle">AE title of the sender.</param>
/// <param name="AssociationId">The association that brought it.</param>
/// <param name="At">When it was refused, UTC.</param>
internal sealed record InstanceRefusal(
    ReasonCode Reason, ushort Status, string SopInstanceUid, string SopClassUid, string CallingAeTitle, long AssociationId, DateTimeOffset At);
