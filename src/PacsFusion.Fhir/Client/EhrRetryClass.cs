namespace PacsFusion.Fhir;

/// <summary>What kind of failure it was, which decides what may be done next.</summary>
public enum EhrRetryClass
{
    /// <summary>Nothing left this machine.</summary>
    NotSent,

    /// <summary>The server may or may not have stored it: look up first.</summary>
    Unknown,

    /// <summary>Asked to slow down: the whole endpoint waits, and the attempt does not count.</summary>
    Throttled,

    /// <summary>What is needed is not there yet.</summary>
    NotYetThere,

    /// <summary>Somebody else wrote at the same time.</summary>
    Conflict,

    /// <summary>Credentials: no call to this endpoint makes sense until a person acts.</summary>
    Token,

    /// <summary>Refused for good.</summary>
    Refused,

    /// <summary>The node or the data says no, not the server.</summary>
    Gate,
}
