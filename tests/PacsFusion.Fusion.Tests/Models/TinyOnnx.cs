using System.Text;

namespace PacsFusion.Fusion.Tests;

/// <summary>Writes the smallest possible ONNX models (protobuf by hand): one node from the inputs to one output.</summary>
internal static class TinyOnnx
{
    public static byte[] OneNode(string operation, string[] inputs, string output)
    {
        var node = Join([.. inputs.Select(i => Text(1, i)), Text(2, output), Text(4, operation)]);
        var graph = Join([Field(1, node), Text(2, "g"), .. inputs.Select(i => Field(11, Value(i))), Field(12, Value(output))]);
        return Join([Number(1, 8), Field(7, graph), Field(8, Join([Text(1, ""), Number(2, 17)]))]);
    }

    private static byte[] Value(string name)
    {
        byte[][] dimensions = [Field(1, Text(2, "n")), Field(1, Number(1, 1)), Field(1, Text(2, "h")), Field(1, Text(2, "w"))];
        var tensor = Join([Number(1, 1), Field(2, Join(dimensions))]);
        return Join([Text(1, name), Field(2, Field(1, tensor))]);
    }

    private static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] bytes) => [.. Varint(field << 3 | 2), .. Varint(bytes.Length), .. bytes];

    private static byte[] Number(int field, int number) => [.. Varint(field << 3), .. Varint(number)];

    private static byte[] Join(byte[][] parts) => [.. parts.SelectMany(p => p)];

    private static byte[] Varint(int number)
    {
        List<byte> bytes = [];
        for (; number > 127; number >>= 7) bytes.Add((byte)(number | 128));
        bytes.Add((byte)number);
        return [.. bytes];
    }
}
