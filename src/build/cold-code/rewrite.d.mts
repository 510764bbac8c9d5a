import type ts from "typescript";

/**
 * @param isolation - of no other file
 * @returns TypeScript
 */
export function rewrite(source: ts.SourceFile, checker: ts.TypeChecker, isolation: string): string;
