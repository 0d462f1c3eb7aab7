using System.Reflection;
using Microsoft.Data.Sqlite;

namespace PacsFusion.Node.Ledger;

/// <summary>The ledger's file could not be opened, or holds a schema of a later version.</summary>
internal sealed class LedgerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The SQLite database of the ledger: one writer at a time, any number of readers (WAL). A committed write is on stable
/// storage (<c>synchronous=FULL</c>), since cases and the outbox, unlike instances, cannot be rebuilt from the spool.
/// </summary>
internal sealed class LedgerDatabase : IDisposable
{
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly Lock _writing = new();

    private LedgerDatabase(string connectionString, SqliteConnection writer)
    {
        _connectionString = connectionString;
        _writer = writer;
    }

    /// <summary>Opens (and where new, creates) the ledger and brings its schema up to date.</summary>
    /// <exception cref="LedgerException">The file is no ledger, or was written by a later version of the node.</exception>
    public static LedgerDatabase Open(string path)
    {
        var connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, Pooling = true }.ToString();
        SqliteConnection? writer = null;
        try
        {
            writer = new SqliteConnection(connectionString);
            writer.Open();
            Execute(writer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
            Migrate(writer, path);
            return new LedgerDatabase(connectionString, writer);
        }
        catch (SqliteException fault)
        {
            writer?.Dispose();
            throw new LedgerException($"The ledger {path} cannot be opened: {fault.Message}", fault);
        }
        catch (LedgerException)
        {
            writer?.Dispose();
            throw;
        }
    }

    /// <summary>Runs reads on a connection of their own; sees the last committed state.</summary>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return query(connection);
    }

    /// <summary>Runs writes in one transaction; an exception rolls all of it back.</summary>
    public T Write<T>(Func<SqliteConnection, T> change)
    {
        lock (_writing)
        {
            using var transaction = _writer.BeginTransaction();
            var result = change(_writer);
            transaction.Commit();
            return result;
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<SqliteConnection> change) => Write(connection =>
    {
        change(connection);
        return 0;
    });

    public void Dispose()
    {
        _writer.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
    }

    private static void Migrate(SqliteConnection connection, string path)
    {
        var current = (int)(long)Scalar(connection, "PRAGMA user_version");
        var migrations = Migrations();
        if (current > migrations.Count)
            throw new LedgerException($"The ledger {path} has schema {current}; this version of the node knows up to {migrations.Count}. Run the node version that wrote it, or a newer one.");
        for (var version = current + 1; version <= migrations.Count; version++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, migrations[version - 1]);
            Execute(connection, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA user_version={version}"));
            transaction.Commit();
        }
    }

    private static List<string> Migrations()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Ledger.Migrations.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return reader.ReadToEnd();
            })];
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }
}
