using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Ledger;

public sealed class ResultStoreTests : IDisposable
{
    private readonly LedgerFixture _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void EveryRoleComesBackAndFusedSlicesComeFirst()
    {
        var store = new ResultStore(_ledger.Database);
        ResultObject[] objects =
        [
            new("1.4", "1.2", 1, "registration.dcm", ResultRole.Registration), new("1.3", "1.2", 1, "key.dcm", ResultRole.KeyImage),
            new("1.2", "1.2", 1, "explanation/0001.dcm", ResultRole.Explanation), new("1.1.2", "1.2", 2, "0002.dcm"), new("1.1.1", "1.2", 1, "0001.dcm"),
        ];
        store.Keep("case", objects);
        Assert.Equal(["1.1.1", "1.1.2", "1.2", "1.3", "1.4"], store.OfCase("case").Select(item => item.SopInstanceUid));
        Assert.Equal(objects.ToHashSet(), store.OfCase("case").ToHashSet());
    }

    [Fact]
    public void ALedgerOfTheEarlierSchemaKeepsItsObjects()
    {
        var store = new ResultStore(_ledger.Database);
        ResultObject[] objects = [new("1.1", "1.2", 1, "0001.dcm"), new("1.3", "1.2", 1, "key.dcm", ResultRole.KeyImage)];
        store.Keep("case", objects);
        _ledger.Database.Write(connection =>
        {
            connection.Run("CREATE TABLE old (sop_instance_uid TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL, number INTEGER NOT NULL, sop_class_uid TEXT NOT NULL, path TEXT NOT NULL, role TEXT NOT NULL DEFAULT 'fused' CHECK (role IN ('fused', 'key-image', 'registration'))) WITHOUT ROWID");
            connection.Run("INSERT INTO old (sop_instance_uid, case_id, number, sop_class_uid, path, role) SELECT sop_instance_uid, case_id, number, sop_class_uid, path, role FROM result_object");
            connection.Run("DROP TABLE result_object");
            connection.Run("ALTER TABLE old RENAME TO result_object");
            connection.Run("PRAGMA user_version=2");
        });
        _ledger.Reopen();
        store = new ResultStore(_ledger.Database);
        Assert.Equal(objects, store.OfCase("case"));
        store.Keep("case", [.. objects, new("1.4", "1.2", 1, "explanation/0001.dcm", ResultRole.Explanation)]);
        Assert.Equal(3, store.OfCase("case").Count);
    }
}
