/** Without what makes Node read a certificate bundle at every start: tsbt protects itself, an empty Node cannot. */
const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
export const environment = rest;
