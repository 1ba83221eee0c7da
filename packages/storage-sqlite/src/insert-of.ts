/** The statement that inserts so many rows into a table at once. */
export function insertOf(table: string, columns: string, rows: number): string {
  const row = `(${columns.replaceAll(/\w+/g, "?")})`;
  return `INSERT INTO ${table} (${columns}) VALUES ${Array.from({ length: rows }, () => row).join(", ")}`;
}
