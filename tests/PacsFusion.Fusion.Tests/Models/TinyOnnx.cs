using System.Text;

namespace PacsFusion.Fusion.Tests;

/// <summary>Writes the smallest possible ONNX models (protobuf by hand): one node from the inputs to one output.</summary>
internal static class TinyOnnx
{
    /// <param name="opset">Operator set that the file asks for.</param>
    /// <param name="element">Element type: 1 is float32, 11 float64.</param>
    /// <param name="shape">Dimensions; 0 is a free one.</param>
    /// <param name="domain">A further domain that the file asks for.</param>
    public static byte[] OneNode(string operation, string[] inputs, string output, int opset = 17, int element = 1, int[]? shape = null, string? domain = null)
    {
        byte[] Value(string name) => TinyOnnx.Value(name, element, shape ?? [0, 1, 0, 0]);

        var node = Join([.. inputs.Select(i => Text(1, i)), Text(2, output), Text(4, operation)]);
        var graph = Join([Field(1, node), Text(2, "g"), .. inputs.Select(i => Field(11, Value(i))), Field(12, Value(output))]);
        return Join([Number(1, 8), Field(7, graph), Field(8, Join([Text(1, ""), Number(2, opset)])), .. domain is null ? (byte[][])[] : [Field(8, Join([Text(1, domain), Number(2, 1)]))]]);
    }

    private static byte[] Value(string name, int element, int[] shape)
    {
        byte[][] dimensions = [.. shape.Select((size, axis) => Field(1, size > 0 ? Number(1, size) : Text(2, "d" + axis)))];
        var tensor = Join([Number(1, element), Field(2, Join(dimensions))]);
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
