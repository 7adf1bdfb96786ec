declare module "*.yaml" { const text: string; export default text; }
declare module "*.csv" { const text: string; export default text; }
declare module "*.ndjson" { const text: string; export default text; }
declare module "*.export" { const text: string; export default text; }
declare module "*.css" { const text: string; export default text; }
