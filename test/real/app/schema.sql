-- The shop's tables and their rows: 180,000 products (about 130 MB, more than the database may cache while its disk is slow)
-- and 1,200,000 orders.
CREATE TABLE catalog_supplier (id bigserial PRIMARY KEY, name text NOT NULL, country text NOT NULL);
INSERT INTO catalog_supplier (name, country)
SELECT 'Supplier ' || n, (ARRAY['KR', 'JP', 'DE', 'US'])[1 + n % 4] FROM generate_series(1, 400) n;

CREATE TABLE catalog_product (
  id bigserial PRIMARY KEY, sku text NOT NULL, name text NOT NULL, description text NOT NULL, category_id integer NOT NULL,
  price numeric(10, 2) NOT NULL, stock integer NOT NULL, supplier_id bigint NOT NULL REFERENCES catalog_supplier, updated_at timestamptz NOT NULL
);
INSERT INTO catalog_product (sku, name, description, category_id, price, stock, supplier_id, updated_at)
SELECT 'SKU-' || n, 'Product ' || n, repeat(md5(n::text) || ' ', 16), 1 + n % 40, 1 + n % 300, 100000, 1 + n % 400,
       timestamptz '2026-01-01' + (n * 7919 % 180000) * interval '1 minute'
FROM generate_series(1, 180000) n;
CREATE INDEX catalog_product_category ON catalog_product (category_id, id);

CREATE TABLE catalog_order (
  id bigserial PRIMARY KEY, email text NOT NULL, product_id bigint NOT NULL, quantity integer NOT NULL, placed_at timestamptz NOT NULL
);
INSERT INTO catalog_order (email, product_id, quantity, placed_at)
SELECT 'Customer' || n % 90000 || '@Mail.example', 1 + n % 180000, 1 + n % 5, timestamptz '2025-01-01' + n * interval '20 seconds'
FROM generate_series(1, 1200000) n;
CREATE INDEX catalog_order_email ON catalog_order (lower(email));
