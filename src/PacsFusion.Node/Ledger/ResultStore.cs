namespace PacsFusion.Node.Ledger;

/// <summary>What an object of a case is.</summary>
internal enum ResultRole
{
    /// <summary>A fused slice.</summary>
    Fused,

    /// <summary>The summary picture.</summary>
    KeyImage,

    /// <summary>The spatial registration of a pair whose header was not taken.</summary>
    Registration,

    /// <summary>The share of each source in a fused slice.</summary>
    Explanation,
}

/// <summary>An object on disk that a case has made.</summary>
/// <param name="Number">Its Instance Number.</param>
/// <param name="Path">The Part 10 file, relative to the data folder, with forward slashes.</param>
internal sealed record ResultObject(string SopInstanceUid, string SopClassUid, int Number, string Path, ResultRole Role = ResultRole.Fused);

/// <summary>The objects that a case has made.</summary>
internal sealed class ResultStore(LedgerDatabase database)
{
    /// <summary>Replaces what the ledger knows of a case's objects.</summary>
    public void Keep(string caseId, IReadOnlyList<ResultObject> objects) => database.Write(connection =>
    {
        connection.Run("DELETE FROM result_object WHERE case_id=$case", ("$case", caseId));
        foreach (var item in objects)
            connection.Run("INSERT OR REPLACE INTO result_object (sop_instance_uid, case_id, number, sop_class_uid, path, role) VALUES ($sop, $case, $number, $class, $path, $role)",
                ("$sop", item.SopInstanceUid), ("$case", caseId), ("$number", item.Number), ("$class", item.SopClassUid), ("$path", item.Path), ("$role", Word(item.Role)));
    });

    /// <summary>A case's objects: fused slices in the order of their numbers, then the others.</summary>
    public List<ResultObject> OfCase(string caseId) => database.Read(connection => connection.Query(
        "SELECT sop_instance_uid, sop_class_uid, number, path, role FROM result_object WHERE case_id=$case ORDER BY role<>'fused', role, number, sop_instance_uid",
        row => new ResultObject(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(3), Role(row.GetString(4))), ("$case", caseId)));

    /// <summary>Forgets a case's objects; the caller removes the files first.</summary>
    public void Remove(string caseId) => database.Write(connection => connection.Run("DELETE FROM result_object WHERE case_id=$case", ("$case", caseId)));

    private static string Word(ResultRole role) => role switch
    {
        ResultRole.Fused => "fused",
        ResultRole.KeyImage => "key-image",
        ResultRole.Explanation => "explanation",
        _ => "registration",
    };

    private static ResultRole Role(string word) => word switch
    {
        "fused" => ResultRole.Fused,
        "key-image" => ResultRole.KeyImage,
        "explanation" => ResultRole.Explanation,
        _ => ResultRole.Registration,
    };
}
