using System.Globalization;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

public class DataDirectoryTests
{
    [Fact]
    public void A_second_node_on_the_same_folder_is_told_who_has_it()
    {
        using var kit = new SpoolKit();
        using var first = DataDirectory.Open(kit.Folder, kit.Storage);
        var refused = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(kit.Folder, kit.Storage));
        Assert.Equal(ReceiveReasons.DirectoryInUse, refused.Reason);
        Assert.Contains($"in use by process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_is_free_again_when_the_node_ends()
    {
        using var kit = new SpoolKit();
        byte[] key;
        using (var first = DataDirectory.Open(kit.Folder, kit.Storage)) key = first.Key.ToArray();
        using var second = DataDirectory.Open(kit.Folder, kit.Storage);
        Assert.Equal(key, second.Key.ToArray());
        Assert.Contains(key, b => b != 0);
    }

    [Fact]
    public void The_work_folder_is_empty_at_start_and_the_others_are_left()
    {
        using var kit = new SpoolKit();
        using (var first = DataDirectory.Open(kit.Folder, kit.Storage))
        {
            foreach (var folder in new[] { first.WorkPath, first.SpoolPath, first.LedgerPath }) File.WriteAllText(Path.Combine(folder, "left"), "");
        }

        using var second = DataDirectory.Open(kit.Folder, kit.Storage);
        Assert.Empty(Directory.GetFileSystemEntries(second.WorkPath));
        Assert.Single(Directory.GetFileSystemEntries(second.SpoolPath));
        Assert.Single(Directory.GetFileSystemEntries(second.LedgerPath));
    }

    [Fact]
    public void The_key_and_the_folders_are_the_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes");
        using var kit = new SpoolKit();
        using var directory = DataDirectory.Open(Path.Combine(kit.Folder, "data"), kit.Storage);
#pragma warning disable CA1416 // skipped above where there are no Unix modes
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory.FullPath, "key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.SpoolPath));
#pragma warning restore CA1416
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        using var kit = new SpoolKit();
        var file = Path.Combine(kit.Folder, "file");
        File.WriteAllText(file, "");
        var refused = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(Path.Combine(file, "data"), kit.Storage));
        Assert.Equal(ReceiveReasons.DirectoryUnwritable, refused.Reason);
        Assert.Contains(Path.Combine(file, "data"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_key_stops_the_start_instead_of_splitting_every_patient()
    {
        using var kit = new SpoolKit();
        File.WriteAllBytes(Path.Combine(kit.Folder, "key"), [1, 2, 3]);
        Assert.Equal(ReceiveReasons.DirectoryUnwritable, Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(kit.Folder, kit.Storage)).Reason);
        File.Delete(Path.Combine(kit.Folder, "key"));
        using var again = DataDirectory.Open(kit.Folder, kit.Storage);
    }
}
