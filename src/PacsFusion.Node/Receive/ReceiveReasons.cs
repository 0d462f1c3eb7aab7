using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>Receive's part of the closed list of reason codes.</summary>
internal static class ReceiveReasons
{
    public static readonly ReasonCode StorageFull = new(
        "storage-full", "The volume of the data directory has less free space than retention.minFreeSpace asks for.",
        "Free space, or lower retention.keepDone or retention.minFreeSpace; senders repeat by themselves.");

    public static readonly ReasonCode JournalFull = new(
        "journal-full", "Everything the journal may hold waits to be laid out, and laying out fails.",
        "Look for log event 1120: the volume or the ledger does not take writes.");

    public static readonly ReasonCode JournalFailed = new(
        "journal-failed", "A write or sync of the journal failed; nothing was acknowledged.",
        "Look for log event 1101 and at the disk; the sender repeats.");

    public static readonly ReasonCode StorageFailed = new(
        "storage-failed", "A file of a large object could not be written.",
        "Look at the disk and at the rights on the data directory; the sender repeats.");

    public static readonly ReasonCode DatasetUnreadable = new(
        "dataset-unreadable", "The data set cannot be parsed up to its pixel data, or ends early.",
        "Look at the object at its sender; the transfer syntax may be mislabelled.");

    public static readonly ReasonCode SopClassMismatch = new(
        "sop-class-mismatch", "The SOP Class UID of the data set is not the one of the command.",
        "Look at the sender's software; the object is inconsistent.");

    public static readonly ReasonCode SopInstanceMismatch = new(
        "sop-instance-mismatch", "The SOP Instance UID of the data set is not the one of the command.",
        "Look at the sender's software; the object is inconsistent.");

    public static readonly ReasonCode StudyUidMissing = new(
        "study-uid-missing", "The data set has no Study Instance UID.", "Look at the object at its sender; without a study it cannot be filed.");

    public static readonly ReasonCode SeriesUidMissing = new(
        "series-uid-missing", "The data set has no Series Instance UID.", "Look at the object at its sender; without a series it cannot be filed.");

    public static readonly ReasonCode UidTooLong = new(
        "uid-too-long", "A UID of the object is longer than any sender's mistake explains (256 characters).", "Look at the sender's software.");

    public static readonly ReasonCode InstanceConflict = new(
        "instance-conflict", "Another data set with this SOP Instance UID is kept already; the first one stays.",
        "Find out which of the two is right; delete the kept one and have the other sent again where it is the wrong one.");

    public static readonly ReasonCode DirectoryInUse = new(
        "data-directory-in-use", "Another process has the data directory open.", "Stop the other node, or give this one a --data folder of its own.");

    public static readonly ReasonCode DirectoryUnwritable = new(
        "data-directory-unwritable", "The data directory cannot be created or written.", "Give the account of the node the right to write there.");

    /// <summary>Every reason of this stage.</summary>
    public static readonly IReadOnlyList<ReasonCode> All =
    [
        StorageFull, JournalFull, JournalFailed, StorageFailed, DatasetUnreadable, SopClassMismatch, SopInstanceMismatch,
        StudyUidMissing, SeriesUidMissing, UidTooLong, InstanceConflict, DirectoryInUse, DirectoryUnwritable,
    ];
}
