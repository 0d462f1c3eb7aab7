namespace PacsFusion.Dicom.Network;

/// <summary>States of PS3.8 section 9.2.1.</summary>
internal enum AssociationState : byte
{
    /// <summary>Idle.</summary>
    Sta1 = 1,

    /// <summary>Connection open, waiting for A-ASSOCIATE-RQ.</summary>
    Sta2,

    /// <summary>Waiting for the local answer to A-ASSOCIATE-RQ.</summary>
    Sta3,

    /// <summary>Waiting for the connection to open.</summary>
    Sta4,

    /// <summary>Waiting for A-ASSOCIATE-AC or -RJ.</summary>
    Sta5,

    /// <summary>Association open, data may pass.</summary>
    Sta6,

    /// <summary>Waiting for A-RELEASE-RP.</summary>
    Sta7,

    /// <summary>Waiting for the local answer to A-RELEASE-RQ.</summary>
    Sta8,

    /// <summary>Release collision, requestor, waiting for the local answer.</summary>
    Sta9,

    /// <summary>Release collision, acceptor, waiting for A-RELEASE-RP.</summary>
    Sta10,

    /// <summary>Release collision, requestor, waiting for A-RELEASE-RP.</summary>
    Sta11,

    /// <summary>Release collision, acceptor, waiting for the local answer.</summary>
    Sta12,

    /// <summary>Waiting for the connection to close.</summary>
    Sta13,
}

/// <summary>Events of PS3.8 table 9-10, in its order.</summary>
internal enum AssociationEvent : byte
{
    AssociateRequestLocal = 1,
    TransportConfirm,
    AssociateAcceptPdu,
    AssociateRejectPdu,
    TransportIndication,
    AssociateRequestPdu,
    AssociateAcceptLocal,
    AssociateRejectLocal,
    DataLocal,
    DataPdu,
    ReleaseRequestLocal,
    ReleaseRequestPdu,
    ReleaseResponsePdu,
    ReleaseResponseLocal,
    AbortLocal,
    AbortPdu,
    TransportClosed,
    ArtimExpired,
    InvalidPdu,
}

/// <summary>Actions of PS3.8 tables 9-6 to 9-9.</summary>
internal enum AssociationAction : byte
{
    /// <summary>Open the connection; Sta4.</summary>
    Ae1,

    /// <summary>Send A-ASSOCIATE-RQ; Sta5.</summary>
    Ae2,

    /// <summary>Confirm acceptance; Sta6.</summary>
    Ae3,

    /// <summary>Confirm rejection, close; Sta1.</summary>
    Ae4,

    /// <summary>Take the connection, start ARTIM; Sta2.</summary>
    Ae5,

    /// <summary>Stop ARTIM, indicate the request; Sta3.</summary>
    Ae6,

    /// <summary>Send A-ASSOCIATE-AC; Sta6.</summary>
    Ae7,

    /// <summary>Send A-ASSOCIATE-RJ, start ARTIM; Sta13.</summary>
    Ae8,

    /// <summary>Send P-DATA-TF; Sta6.</summary>
    Dt1,

    /// <summary>Indicate data; Sta6.</summary>
    Dt2,

    /// <summary>Send A-RELEASE-RQ; Sta7.</summary>
    Ar1,

    /// <summary>Indicate release; Sta8.</summary>
    Ar2,

    /// <summary>Confirm release, close; Sta1.</summary>
    Ar3,

    /// <summary>Send A-RELEASE-RP, start ARTIM; Sta13.</summary>
    Ar4,

    /// <summary>Stop ARTIM; Sta1.</summary>
    Ar5,

    /// <summary>Indicate data while releasing; Sta7.</summary>
    Ar6,

    /// <summary>Send P-DATA-TF while asked to release; Sta8.</summary>
    Ar7,

    /// <summary>Release collision: requestor Sta9, acceptor Sta10.</summary>
    Ar8,

    /// <summary>Send A-RELEASE-RP; Sta11.</summary>
    Ar9,

    /// <summary>Confirm release; Sta12.</summary>
    Ar10,

    /// <summary>Send A-ABORT (service user), start ARTIM; Sta13.</summary>
    Aa1,

    /// <summary>Stop ARTIM, close; Sta1.</summary>
    Aa2,

    /// <summary>Indicate the peer's abort, close; Sta1.</summary>
    Aa3,

    /// <summary>Indicate the lost connection; Sta1.</summary>
    Aa4,

    /// <summary>Stop ARTIM; Sta1.</summary>
    Aa5,

    /// <summary>Ignore the PDU; Sta13.</summary>
    Aa6,

    /// <summary>Send A-ABORT; Sta13.</summary>
    Aa7,

    /// <summary>Send A-ABORT (service provider), indicate, start ARTIM; Sta13.</summary>
    Aa8,
}

/// <summary>
/// The upper-layer machine of PS3.8 section 9.2 for one association. A pair that table 9-10 leaves empty is answered like an
/// unexpected PDU (AA-8), so that no sequence of events has an undefined outcome.
/// </summary>
internal sealed class AssociationMachine(bool isRequestor)
{
    private static readonly AssociationAction?[,] Table = BuildTable();

    /// <summary>Where the association stands.</summary>
    public AssociationState State { get; private set; } = AssociationState.Sta1;

    /// <summary>Whether table 9-10 lists the pair.</summary>
    public static bool IsListed(AssociationEvent happened, AssociationState state) => Table[(int)happened, (int)state] is not null;

    /// <summary>The action for a pair; AA-8 where the table has none.</summary>
    public static AssociationAction ActionFor(AssociationEvent happened, AssociationState state) => Table[(int)happened, (int)state] ?? AssociationAction.Aa8;

    /// <summary>Takes an event, moves to the action's next state and returns the action for the caller to carry out.</summary>
    public AssociationAction Fire(AssociationEvent happened)
    {
        var action = ActionFor(happened, State);
        State = NextState(action, isRequestor);
        return action;
    }

    /// <summary>The state that tables 9-6 to 9-9 give for an action.</summary>
    public static AssociationState NextState(AssociationAction action, bool isRequestor) => action switch
    {
        AssociationAction.Ae1 => AssociationState.Sta4,
        AssociationAction.Ae2 => AssociationState.Sta5,
        AssociationAction.Ae3 or AssociationAction.Ae7 or AssociationAction.Dt1 or AssociationAction.Dt2 => AssociationState.Sta6,
        AssociationAction.Ae5 => AssociationState.Sta2,
        AssociationAction.Ae6 => AssociationState.Sta3,
        AssociationAction.Ar1 or AssociationAction.Ar6 => AssociationState.Sta7,
        AssociationAction.Ar2 or AssociationAction.Ar7 => AssociationState.Sta8,
        AssociationAction.Ar8 => isRequestor ? AssociationState.Sta9 : AssociationState.Sta10,
        AssociationAction.Ar9 => AssociationState.Sta11,
        AssociationAction.Ar10 => AssociationState.Sta12,
        AssociationAction.Ae8 or AssociationAction.Ar4 or AssociationAction.Aa1 or AssociationAction.Aa6 or AssociationAction.Aa7 or AssociationAction.Aa8 => AssociationState.Sta13,
        _ => AssociationState.Sta1,
    };

    private static AssociationAction?[,] BuildTable()
    {
        const AssociationState connectedFrom = AssociationState.Sta5, connectedTo = AssociationState.Sta12;
        var table = new AssociationAction?[20, 14];

        // A PDU in a state that does not expect it: rows 3, 4, 6, 10, 12, 13 and 19 share these cells.
        foreach (var pdu in new[]
                 {
                     AssociationEvent.AssociateAcceptPdu, AssociationEvent.AssociateRejectPdu, AssociationEvent.AssociateRequestPdu, AssociationEvent.DataPdu,
                     AssociationEvent.ReleaseRequestPdu, AssociationEvent.ReleaseResponsePdu, AssociationEvent.InvalidPdu,
                 })
        {
            Set(pdu, AssociationState.Sta2, AssociationAction.Aa1);
            Set(pdu, AssociationState.Sta3, AssociationAction.Aa8);
            SetRange(pdu, AssociationAction.Aa8);
            Set(pdu, AssociationState.Sta13, AssociationAction.Aa6);
        }

        Set(AssociationEvent.AssociateRequestPdu, AssociationState.Sta13, AssociationAction.Aa7);
        Set(AssociationEvent.InvalidPdu, AssociationState.Sta13, AssociationAction.Aa7);

        // Establishment (table 9-6).
        Set(AssociationEvent.AssociateRequestLocal, AssociationState.Sta1, AssociationAction.Ae1);
        Set(AssociationEvent.TransportConfirm, AssociationState.Sta4, AssociationAction.Ae2);
        Set(AssociationEvent.AssociateAcceptPdu, AssociationState.Sta5, AssociationAction.Ae3);
        Set(AssociationEvent.AssociateRejectPdu, AssociationState.Sta5, AssociationAction.Ae4);
        Set(AssociationEvent.TransportIndication, AssociationState.Sta1, AssociationAction.Ae5);
        Set(AssociationEvent.AssociateRequestPdu, AssociationState.Sta2, AssociationAction.Ae6);
        Set(AssociationEvent.AssociateAcceptLocal, AssociationState.Sta3, AssociationAction.Ae7);
        Set(AssociationEvent.AssociateRejectLocal, AssociationState.Sta3, AssociationAction.Ae8);

        // Data (table 9-7) and release (table 9-8).
        Set(AssociationEvent.DataLocal, AssociationState.Sta6, AssociationAction.Dt1);
        Set(AssociationEvent.DataLocal, AssociationState.Sta8, AssociationAction.Ar7);
        Set(AssociationEvent.DataPdu, AssociationState.Sta6, AssociationAction.Dt2);
        Set(AssociationEvent.DataPdu, AssociationState.Sta7, AssociationAction.Ar6);
        Set(AssociationEvent.ReleaseRequestLocal, AssociationState.Sta6, AssociationAction.Ar1);
        Set(AssociationEvent.ReleaseRequestPdu, AssociationState.Sta6, AssociationAction.Ar2);
        Set(AssociationEvent.ReleaseRequestPdu, AssociationState.Sta7, AssociationAction.Ar8);
        Set(AssociationEvent.ReleaseResponsePdu, AssociationState.Sta7, AssociationAction.Ar3);
        Set(AssociationEvent.ReleaseResponsePdu, AssociationState.Sta10, AssociationAction.Ar10);
        Set(AssociationEvent.ReleaseResponsePdu, AssociationState.Sta11, AssociationAction.Ar3);
        Set(AssociationEvent.ReleaseResponseLocal, AssociationState.Sta8, AssociationAction.Ar4);
        Set(AssociationEvent.ReleaseResponseLocal, AssociationState.Sta9, AssociationAction.Ar9);
        Set(AssociationEvent.ReleaseResponseLocal, AssociationState.Sta12, AssociationAction.Ar4);

        // Abort (table 9-9).
        Set(AssociationEvent.AbortLocal, AssociationState.Sta3, AssociationAction.Aa1);
        Set(AssociationEvent.AbortLocal, AssociationState.Sta4, AssociationAction.Aa2);
        SetRange(AssociationEvent.AbortLocal, AssociationAction.Aa1);
        Set(AssociationEvent.AbortPdu, AssociationState.Sta2, AssociationAction.Aa2);
        Set(AssociationEvent.AbortPdu, AssociationState.Sta3, AssociationAction.Aa3);
        SetRange(AssociationEvent.AbortPdu, AssociationAction.Aa3);
        Set(AssociationEvent.AbortPdu, AssociationState.Sta13, AssociationAction.Aa2);
        Set(AssociationEvent.TransportClosed, AssociationState.Sta2, AssociationAction.Aa5);
        Set(AssociationEvent.TransportClosed, AssociationState.Sta3, AssociationAction.Aa4);
        Set(AssociationEvent.TransportClosed, AssociationState.Sta4, AssociationAction.Aa4);
        SetRange(AssociationEvent.TransportClosed, AssociationAction.Aa4);
        Set(AssociationEvent.TransportClosed, AssociationState.Sta13, AssociationAction.Ar5);
        Set(AssociationEvent.ArtimExpired, AssociationState.Sta2, AssociationAction.Aa2);
        Set(AssociationEvent.ArtimExpired, AssociationState.Sta13, AssociationAction.Aa2);
        return table;

        void Set(AssociationEvent happened, AssociationState state, AssociationAction action) => table[(int)happened, (int)state] = action;

        void SetRange(AssociationEvent happened, AssociationAction action)
        {
            for (var state = connectedFrom; state <= connectedTo; state++) Set(happened, state, action);
        }
    }
}
